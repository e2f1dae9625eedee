"""The dashboard's pages, as its navigation and the ways between them name them."""

import streamlit as st

from pages import statuses
from pages.add_letters import page as add_letters
from pages.audit import page as audit
from pages.batch_letters import page as batch_letters
from pages.control_panel import page as control_panel
from pages.delivery import page as delivery
from pages.patients import page as patients
from pages.reject_reasons import page as reject_reasons
from pages.returns import page as returns
from pages.templates import page as templates
from pages.users import page as users
from pages.worker import page as worker
from pages.worklist import page as worklist
from services import access
from services.access import Permission
from services.domain.people import User


def open_to(user: User) -> list[st.Page]:
    """The pages that the user's role may open, in their order."""
    batch = st.Page(
        batch_letters.show, title="Batch letters", icon=":material/mail:", url_path="batch", default=True
    )
    work = st.Page(worklist.show, title="Worklist", icon=":material/checklist:", url_path="worklist")
    add = st.Page(add_letters.show, title="Add letters", icon=":material/upload_file:", url_path="add")
    arrivals = st.Page(delivery.show, title="Delivery", icon=":material/local_shipping:", url_path="delivery")
    refusals = st.Page(
        reject_reasons.show, title="Reject reasons", icon=":material/troubleshoot:", url_path="reject-reasons"
    )
    returned = st.Page(
        returns.show, title="Record returns", icon=":material/assignment_return:", url_path="returns"
    )
    people = st.Page(patients.show, title="Patients", icon=":material/person_search:", url_path="patients")
    kinds = st.Page(templates.show, title="Templates", icon=":material/description:", url_path="templates")
    settings = st.Page(
        control_panel.show, title="Control panel", icon=":material/tune:", url_path="control-panel"
    )
    accounts = st.Page(users.show, title="Users", icon=":material/group:", url_path="users")
    audited = st.Page(audit.show, title="Audit", icon=":material/policy:", url_path="audit")
    watched = st.Page(worker.show, title="Worker", icon=":material/monitor_heart:", url_path="worker")
    help_on_statuses = st.Page(statuses.show, title="Statuses", icon=":material/help:", url_path="statuses")
    return [
        batch,
        work,
        *([add] if access.may(user, Permission.WRITE) else []),
        *([people] if access.may(user, Permission.SEE_PATIENTS) else []),
        *([arrivals, refusals] if access.may(user, Permission.DELIVERY) else []),
        *([returned] if access.may(user, Permission.ACT) else []),
        *([kinds] if access.may(user, Permission.TEMPLATES) else []),
        *([settings] if access.may(user, Permission.CONTROL_PANEL) else []),
        *([accounts] if access.may(user, Permission.USERS) else []),
        *([audited] if access.may(user, Permission.AUDIT) else []),
        help_on_statuses,
        watched,
    ]
