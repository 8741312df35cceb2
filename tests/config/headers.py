"""What every response must carry."""

from collections.abc import Mapping

CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
}
EXACT = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}
OFF = ("camera", "microphone", "geolocation", "payment", "usb", "browsing-topics")


def faults_in(headers: Mapping[str, str], *, stored: bool = False) -> list[str]:
    """Say what is wrong with the headers of a response."""
    faults = [
        f"{name}: {headers.get(name)}"
        for name, value in EXACT.items()
        if headers.get(name) != value
    ]
    policy = headers.get("Content-Security-Policy", "")
    parts = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    # A file that somebody sent is shut in even more tightly.
    if parts != CSP and parts != {**CSP, "sandbox": ""}:
        faults.append(f"Content-Security-Policy: {policy}")
    permissions = headers.get("Permissions-Policy", "")
    faults += [f"Permissions-Policy: {name}" for name in OFF if f"{name}=()" not in permissions]
    if not stored and "no-store" not in headers.get("Cache-Control", ""):
        faults.append(f"Cache-Control: {headers.get('Cache-Control')}")
    return faults
