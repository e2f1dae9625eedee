"""What a user keeps from one session to the next, such as the columns that the table shows."""

from services.ports.store import Store


def keep(store: Store, service_id: str, user_id: str, name: str, value: object) -> None:
    """Keep one preference; the user's others stay as they are."""
    with store.begin(service_id) as uow:
        kept = uow.people.preferences(user_id)
        uow.people.save_preferences(user_id, {**kept, name: value})
        uow.commit()
