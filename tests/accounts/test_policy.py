"""二要素と、なくした申し出が、だれのものとして見えるか。"""

from django.utils import timezone

from mamis.accounts import policy
from mamis.accounts.models import FactorLoss, RecoveryCode
from tests.accounts.authenticator import enrol, enrol_passkey
from tests.world import agree_to_all


def test_an_app_a_passkey_and_the_unused_codes_are_each_the_persons_own(world):
    one, other = world.clerk(world.district).user, world.admin(world.district).user
    for user in (one, other):
        enrol(user)
        enrol_passkey(user)
    RecoveryCode.objects.filter(pk=policy.unused_codes_of(one).first().pk).update(used_at=timezone.now())

    assert [(row.user, row.type) for row in policy.apps_of(one)] == [(one, "totp")]
    assert [(row.user, row.type) for row in policy.passkeys_of(one)] == [(one, "webauthn")]
    assert {(row.user, row.used_at) for row in policy.unused_codes_of(one)} == {(one, None)}
    assert (policy.unused_codes_of(one).count(), policy.unused_codes_of(other).count()) == (9, 10)


def test_a_loss_is_open_until_decided_and_released_until_enrolled_again(world):
    one, other, now = world.clerk(world.district).user, world.admin(world.district).user, timezone.now()

    def loss(user, **facts):
        return FactorLoss.objects.create(user=user, reason="落とした", asked_at=now, **facts)

    decided = {"decided_by": other, "decided_as": "みどり市医師会", "how": "電話で", "decided_at": now}
    loss(one, closed_at=now)
    loss(one, **decided, closed_at=now)
    loss(one, **decided, is_released=True, closed_at=now)
    theirs = loss(world.clerk(world.prefecture).user, **decided, is_released=True)
    waiting = loss(other)

    assert [*policy.open_losses()] == [waiting]
    assert [*policy.released(one)] == [*policy.released(other)] == []
    assert [*policy.released(theirs.user)] == [theirs]


def test_the_record_of_agreements_is_ones_own(world):
    one, other = world.clerk(world.district).user, world.admin(world.district).user
    for user in (one, other):
        agree_to_all(user)

    assert {row.user for row in policy.agreements_of(one)} == {one}
