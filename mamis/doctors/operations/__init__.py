"""医師について、人がすること。書くのはここだけである。"""

from mamis.doctors.operations.contacts import set_contact_address
from mamis.doctors.operations.letters import LetterRefused, code_of, finish_letter, make_letter
from mamis.doctors.operations.links import (
    RegistrationLinkDead,
    forget_old_links,
    keep_answer,
    offer_registration,
    open_link,
    reopen_registration,
)
from mamis.doctors.operations.many import WorkEntry, amend_doctor, begin_works, register_doctors
from mamis.doctors.operations.records import (
    DoctorFacts,
    begin_work,
    close_sight,
    open_sight,
    register_doctor,
    search_name,
)
from mamis.doctors.operations.registrations import (
    Applicant,
    OwnRegistration,
    RecordNotSeen,
    RecordTaken,
    RegistrationIsStale,
    accept_registration,
    attach_licence,
    finish_registration,
    is_own,
    reject_registration,
    resubmit_registration,
    return_registration,
    submit_registration,
)

__all__ = [
    "Applicant",
    "DoctorFacts",
    "LetterRefused",
    "OwnRegistration",
    "RecordNotSeen",
    "RecordTaken",
    "RegistrationIsStale",
    "RegistrationLinkDead",
    "WorkEntry",
    "accept_registration",
    "amend_doctor",
    "attach_licence",
    "begin_work",
    "begin_works",
    "close_sight",
    "code_of",
    "finish_letter",
    "finish_registration",
    "forget_old_links",
    "is_own",
    "keep_answer",
    "make_letter",
    "offer_registration",
    "open_link",
    "open_sight",
    "register_doctor",
    "register_doctors",
    "reject_registration",
    "reopen_registration",
    "resubmit_registration",
    "return_registration",
    "search_name",
    "set_contact_address",
    "submit_registration",
]
