"""The link to the sim itself, without a server. `dcs_master.aio.link` is the same for asyncio."""

from .blocking.link import ExportLink, HookLink, Link
from .core.messages import Message

__all__ = ["ExportLink", "HookLink", "Link", "Message"]
