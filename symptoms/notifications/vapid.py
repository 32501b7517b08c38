"""The keys with which pushes are signed (RFC 8292): made on first use, kept in the database."""

import base64

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from symptoms.notifications.models import VapidKeys


def vapid_keys() -> VapidKeys:
    """Return the tracker's pair of keys. Two processes that make it at once end with the same pair."""
    if (kept := VapidKeys.objects.first()) is not None:
        return kept
    VapidKeys.objects.bulk_create([_new_pair()], ignore_conflicts=True)
    return VapidKeys.objects.get()


def _new_pair() -> VapidKeys:
    private = ec.generate_private_key(ec.SECP256R1())
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    point = private.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return VapidKeys(private=pem.decode(), public=base64.urlsafe_b64encode(point).decode().rstrip("="))
