"""The delivery providers of this installation. To add one: an adapter beside this file and a line here."""

import ssl
from datetime import timedelta

from services.gateways.docman import DocmanConnect
from services.gateways.mesh import Mesh
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
    if settings.mesh_base_url:
        adapters += (_mesh(settings, timeout, settle),)
    return {adapter.name: adapter for adapter in adapters}


def _mesh(settings: Settings, timeout: float, settle: timedelta) -> Mesh:
    """MESH knows us by our certificate, too. Raises OSError for a file that is not there."""
    context = None
    if settings.mesh_certificate:
        context = ssl.create_default_context(cafile=settings.mesh_authorities or None)
        context.load_cert_chain(settings.mesh_certificate, settings.mesh_private_key or None)
    return Mesh(
        base_url=settings.mesh_base_url,
        mailbox=settings.mesh_mailbox,
        password=settings.mesh_password.get_secret_value(),
        shared_key=settings.mesh_shared_key.get_secret_value(),
        workflow=settings.mesh_workflow,
        timeout=timeout,
        settle=settle,
        context=context,
    )
