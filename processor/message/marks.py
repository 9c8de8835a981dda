"""How mail programs mark quotes, headings and signatures in HTML, and how styles hide text: data, no code."""

from __future__ import annotations

import re
from typing import Final

# Marks of mail programs on class, id, name or data attributes (tokens, lower case; the „x_“ of Outlook taken off).
#: All that stands within is quoted.
QUOTE_MARKS: Final = re.compile(
    r"yahoo_quoted|protonmail_quote|tutanota_quote|zmail_extra|olk_src_body_section|__quoted_text__|quoted-content"
    r"|mail-editor-reference-message-container|ms-outlook-mobile-reference-message|isforwardcontent|qtbody"
    r"|mailru-blockquote|js-helper js-readmsg-msg|wpsquote|samsung_quoted|front-blockquote|iwmailquote"
)
HEADER_MARKS: Final = re.compile(
    r"divrplyfwdmsg|replyforwardmessageheader|moz-email-headers-table|mail-header-quoted|replyheader"
)
ATTRIBUTION_MARKS: Final = re.compile(
    r"gmail_attr|moz-cite-prefix|reply-intro|protonmail_quote_intro|lotus_attribution|email_quote_intro|quote_header|attribution"
)
SIGNATURE_MARKS: Final = re.compile(
    r"(?:[a-z0-9]{1,20}[_-]){0,3}signature(?:[_-](?:prefix|block|block-user|block-proton|container|wrapper)){0,2}"
    r"|applemailsignature|ms-outlook-mobile-signature|_rc_sig|sig|mailsignatur|signatur|usersignature|ms-outlook-mobile-body-separator-line"
)

# Styles (lower case).
HIDDEN_STYLE: Final = re.compile(
    r"display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden|mso-hide\s{0,3}:\s{0,3}all|opacity\s{0,3}:\s{0,3}0(?:\.0{1,3})?(?:;|\s|!|$)"
    r"|max-height\s{0,3}:\s{0,3}0(?:px|pt|em)?(?:;|\s|!|$)"
)
FONT_SIZE: Final = re.compile(r"font-size\s{0,3}:\s{0,3}([\d.]{1,6})")
INDENT_ONLY: Final = re.compile(r"border\s{0,3}:\s{0,3}(?:none|0|medium none)")
BORDER_LEFT: Final = re.compile(
    r"border-left(?:-\w{1,9})?\s{0,3}:\s{0,3}(?!none|0)|border-inline-start\s{0,3}:\s{0,3}(?!none|0)"
)
BORDER_TOP: Final = re.compile(r"border-top\s{0,3}:\s{0,3}(?:solid|[\w#. ]{0,20}solid)")
HIDDEN_CLASS: Final = re.compile(r"\.([\w-]{1,60})\s{0,5}\{[^{}@]{0,300}?display\s{0,3}:\s{0,3}none")
