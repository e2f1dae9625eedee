"""``python -m services.gateways.sandbox``: run the sandbox until it is stopped."""

import argparse
import os
from pathlib import Path

import uvicorn

from services.gateways.sandbox.app import create_app
from services.gateways.sandbox.config import LOOPBACK, SandboxConfig

TOKEN_VARIABLE = "SANDBOX_CALLBACK_TOKEN"  # noqa: S105 – the variable's name


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m services.gateways.sandbox",
        description="Stands in for GOV.UK Notify and Docman Connect. Sends nothing.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to bind to (default: this machine only)")
    parser.add_argument("--port", type=int, default=8601)
    parser.add_argument("--speed", type=float, default=60.0, help="sandbox seconds in each real second")
    parser.add_argument(
        "--failure-rate", type=float, default=0.0, help="share (0 to 1) of other recipients that fail"
    )
    parser.add_argument("--state", type=Path, help="SQLite file that keeps the ledger (default: memory)")
    parser.add_argument("--callback-url", default="", help="takes Notify's returned-letter callbacks")
    parser.add_argument("--receipt-url", default="", help="takes Notify's delivery receipts of text messages")
    parser.add_argument(
        "--callback-token",
        default=os.environ.get(TOKEN_VARIABLE, ""),
        help=f"bearer that the callbacks carry (default: the environment's {TOKEN_VARIABLE})",
    )
    parser.add_argument("--allow-reset", action="store_true", help="answer DELETE /sandbox")
    return parser


def config_from(options: argparse.Namespace) -> SandboxConfig:
    """Raises ValueError when the options don't go together."""
    return SandboxConfig(
        speed=options.speed,
        failure_rate=options.failure_rate,
        state=options.state,
        callback_url=options.callback_url,
        receipt_url=options.receipt_url,
        callback_token=options.callback_token,
        allow_reset=options.allow_reset,
        allowed_hosts=LOOPBACK if options.host in LOOPBACK else ("*",),
    )


def main() -> None:
    parser = arguments()
    options = parser.parse_args()
    try:
        config = config_from(options)
    except ValueError as error:
        parser.error(str(error))
    app = create_app(config)
    uvicorn.run(app, host=options.host, port=options.port, log_level="warning", timeout_graceful_shutdown=1)


if __name__ == "__main__":
    main()
