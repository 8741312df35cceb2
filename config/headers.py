"""Headers that every response carries, whoever made it."""

from csp.constants import NONE, SELF
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Safe from the start: nothing inline, nothing foreign, on every response.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str] | str] = {
    feature: []
    for feature in (
        "accelerometer",
        "autoplay",
        "browsing-topics",
        "camera",
        "display-capture",
        "encrypted-media",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "picture-in-picture",
        "usb",
    )
}
PERMISSIONS_POLICY["publickey-credentials-get"] = "self"
PERMISSIONS_POLICY["publickey-credentials-create"] = "self"


class FixedHeadersMiddleware(MiddlewareMixin):
    """Set the headers that never differ. It stands outermost, because an error that Django's own
    security middleware raises (an unknown host, for example) is answered outside of it."""

    def process_response(self, _request: HttpRequest, response: HttpResponse) -> HttpResponse:
        for name, value in FIXED.items():
            response.headers[name] = value
        return response


class NoStoreMiddleware(MiddlewareMixin):
    """Keep personal pages out of every cache: no page, public or not, may be stored."""

    def process_response(self, _request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if "no-store" not in response.headers.get("Cache-Control", ""):
            response.headers["Cache-Control"] = "no-store"
        return response
