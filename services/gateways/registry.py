"""The delivery providers of this installation. To add one: an adapter beside this file and a line here."""

from datetime import timedelta

from services.gateways.docman import DocmanConnect
from services.gateways.notify import NotifyLetter, NotifySms
from services.ports.gateway import Gateway
from services.settings import Settings


def gateways(settings: Settings) -> dict[str, Gateway]:
    """Every gateway by its name; nothing is called yet. Raises ValueError when settle <= the time-out."""
    timeout, settle = settings.gateway_timeout, timedelta(seconds=settings.settle)
    key = settings.notify_api_key.get_secret_value()
    adapters: tuple[Gateway, ...] = (
        DocmanConnect(
            base_url=settings.docman_url,
            client_id=settings.docman_client_id,
            client_secret=settings.docman_client_secret.get_secret_value(),
            timeout=timeout,
            settle=settle,
        ),
        NotifySms(
            base_url=settings.notify_url,
            api_key=key,
            template_id=settings.notify_sms_template,
            timeout=timeout,
            settle=settle,
            posts_a_minute=settings.notify_posts_a_minute,
        ),
        NotifyLetter(
            base_url=settings.notify_url,
            api_key=key,
            timeout=timeout,
            settle=settle,
            posts_a_minute=settings.notify_posts_a_minute,
        ),
    )
    return {adapter.name: adapter for adapter in adapters}
