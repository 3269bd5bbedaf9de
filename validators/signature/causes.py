"""The causes of a wrong signature, each with the sentence that says what differs and what to do.

The name of a cause is stable, so tests may rely on it. Whatever finds the cause fills in `{detail}`, never with a key.
"""

from collections.abc import Mapping
from types import MappingProxyType

VALID = "valid"
UNEXPLAINED = "wrong_secret_key"

CAUSES: Mapping[str, str] = MappingProxyType(
    {
        VALID: "The signature is correct.",
        # What is wrong before any signature is computed.
        "signature_missing": "{detail}: send an Authorization header (version 3) or a Signature parameter (version 1).",
        "authorization_skipped": "The Authorization header is SKIP, so the request is not signed: VOD's actions need a "
        "signature; take the SkipSign option out.",
        "authorization_malformed": "The Authorization header is malformed: {detail}.",
        "signed_headers_incomplete": "content-type and host must both be signed: {detail}.",
        "signature_format": "The signature cannot match any key: it must be {detail}.",
        "timestamp_invalid": "X-TC-Timestamp must be the UNIX time in whole seconds, {detail}.",
        "timestamp_milliseconds": "X-TC-Timestamp {detail} looks like milliseconds: send and sign whole seconds.",
        # The payload.
        "body_reserialised": "The signature covers another body than the one that was sent ({detail}): serialise the "
        "body once, sign those bytes and send the same bytes.",
        "payload_unsigned": "{detail}: send the header X-TC-Content-SHA256: UNSIGNED-PAYLOAD if, and only if, "
        "that text is signed in the place of the body.",
        "payload_hash_uppercase": "HashedRequestPayload was written in upper-case hex: write it in lower-case hex.",
        "payload_not_hashed": "The last line of the CanonicalRequest was {detail}: put the SHA-256 of the payload "
        "there, in lower-case hex.",
        "payload_signed_for_get": "The payload signed was {detail}: for GET it is empty, and the query is signed.",
        # The headers.
        "content_type_changed": "The Content-Type signed was {detail}, but another one arrived: set the header yourself "
        "and sign exactly that, as HTTP libraries put in their own or add a charset.",
        "host_port": "The host signed was {detail}: sign the Host header exactly as it is sent, port included.",
        "host_scheme": "The host signed was {detail}: the Host header is a name and a port, without http:// or https://, "
        "and what is sent is what must be signed.",
        "host_other": "The host signed was {detail}, but the request came with another Host header: sign the host that "
        "the request is sent to (an SDK's endpoint setting).",
        "header_value_case": "Header values were signed with upper-case letters: lower-case them before signing.",
        "header_not_trimmed": "Header values were signed with the blanks around them: trim them before signing.",
        "header_name_case": "Header names were signed as {detail}: write them in lower case, in the headers and in "
        "SignedHeaders.",
        "header_separator": "Headers were signed as {detail}: write name:value, without a blank.",
        "unsorted_headers": "Headers were signed in the order {detail}: sort them by their lower-case names.",
        "unsigned_headers": "The headers signed were {detail}, but SignedHeaders lists others: list exactly the headers "
        "that the CanonicalRequest contains.",
        "signed_headers_line": "SignedHeaders was signed as {detail}: join the lower-case names with semicolons.",
        "signed_header_missing": "SignedHeaders lists {detail}, which the request does not carry: something between "
        "signing and sending took it away.",
        # The rest of the CanonicalRequest.
        "method": "The signature is for {detail}: sign the method that is sent, with that method's rules.",
        "method_case": "The method was signed as {detail}: write it in upper case.",
        "canonical_uri": "CanonicalURI was {detail}: it is always /.",
        "query_signed_for_post": "The query string was signed: for POST, CanonicalQueryString is empty.",
        "query_missing_for_get": "The query string was not signed: for GET, CanonicalQueryString is the query as sent.",
        "query_reencoded": "The query string was signed {detail}: sign it exactly as it stands in the URL.",
        "missing_final_newline": "The blank line after the headers is missing: every header line ends in a newline, and "
        "one more newline joins the headers to SignedHeaders.",
        "line_endings": "Lines were signed with {detail}: join them with a single \\n, none at the end.",
        "canonical_request_differs": "Your CanonicalRequest is not the one the server computes: see the differing lines.",
        # The StringToSign.
        "wrong_service": "{detail}: take the service of the host, vod for VOD, for Credential, StringToSign and signing "
        "key alike.",
        "wrong_date": "{detail}: take the UTC date of X-TC-Timestamp for Credential, StringToSign and signing key alike.",
        "wrong_timestamp": "The timestamp signed was {detail}: read the clock once and use the same whole seconds for "
        "the header and the signature.",
        "wrong_terminator": "The scope signed ends in {detail}: it must end in tc3_request.",
        "canonical_request_hash": "The last line of the StringToSign was {detail}: put the SHA-256 of the "
        "CanonicalRequest there, in lower-case hex.",
        # The key.
        UNEXPLAINED: "No known mistake reproduces the signature, so the SecretKey is most likely not that of this "
        "SecretId, or body or headers were altered on the way{detail}: compare your StringToSign with the server's.",
        "key_of_another_account": "The signature was made with the key of {detail}: use SecretId and SecretKey of one "
        "pair.",
        "secret_id_as_key": "The signature was made with the SecretId as key: use the SecretKey.",
        "secret_whitespace": "The SecretKey was used with {detail}: strip it where it is read.",
        "secret_missing": "The signature was made with {detail} as key: the SecretKey was not set where it is read.",
        "missing_tc3_prefix": "The signing key was derived with {detail} before the SecretKey: put TC3 there.",
        "hmac_arguments_swapped": "Key and message were swapped {detail}: the key is the SecretKey or what "
        "was derived from it, the message is the text.",
        "hmac_hex_between_steps": "The signing key was derived from hex text: pass the raw bytes of each step on, only "
        "the signature is hex.",
        "key_not_derived": "The StringToSign was signed with {detail}: derive the signing key from date, service and "
        "tc3_request first.",
        # How the signature is written.
        "signature_encoding": "The signature was sent as {detail}.",
        "plus_not_escaped": "{detail}: percent-encode every value, as a bare + means a blank.",
        "signature_line_feed": "The signature was sent with a line feed at its end, as Base64.encode64 of Ruby "
        "writes it and tencentcloud-sdk-ruby sends it: sign with version 3, or send it as Base64.strict_encode64 does.",
        "signature_method": "The signature was made with {detail}: SignatureMethod must be exactly HmacSHA256 for "
        "SHA-256; without it SHA-1 is meant.",
        # Version 1 only.
        "order_case_insensitive": "Parameters were sorted without regard to case: sort them by the bytes of their names.",
        "order_natural": "Parameters were sorted by number (2 before 12): sort them by the bytes of their names "
        "(12 before 2).",
        "order_unsorted": "Parameters were signed {detail}: sort them by the bytes of their names.",
        "values_encoded": "Values were signed {detail}: sign the plain values and percent-encode them only to send them.",
        "missing_path": "The part between host and parameters was {detail}: it is always /?.",
        "signature_included": "An empty Signature parameter was signed: leave Signature out of the StringToSign.",
        "token_missing": "Token was sent but not signed: add it to the parameters before signing.",
        "parameter_unsigned": "{detail} was sent but not signed: add it to the parameters before signing.",
    }
)


def message(cause: str, detail: str) -> str:
    """The sentence of a cause.

    Raises:
        KeyError: There is no such cause.
    """
    return CAUSES[cause].format(detail=detail)
