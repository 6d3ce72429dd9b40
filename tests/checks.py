"""What must be true of every answer, whatever the test is about."""


def look_at(response):
    """Fails the test when an answer lacks a header, or its page is not one that everybody can use."""
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "unsafe-inline" not in response.headers["Content-Security-Policy"]
