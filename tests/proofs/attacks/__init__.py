"""攻めの表：守りの名、文。部屋ごとに書き、ここで一つの表にする。"""

from tests.proofs.attacks import (
    accounts,
    associations,
    certificates,
    doctors,
    files,
    handbooks,
    ledgers,
    mail,
    members,
    membership,
    registrations,
    training,
)

ROOMS = (
    associations,
    accounts,
    doctors,
    registrations,
    training,
    handbooks,
    certificates,
    files,
    members,
    membership,
    mail,
    ledgers,
)

ATTACKS = {name: attack for room in ROOMS for name, attack in room.ATTACKS.items()}
