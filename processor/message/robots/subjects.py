"""How machines begin a subject, as data: one line per product or language (lower case)."""

from __future__ import annotations

#: Prefixes of absence notes and receipts, as Outlook, Exchange and webmailers write them; a colon follows.
AUTO_REPLY_PREFIXES = (
    # German
    "automatische antwort",
    "automatisch generierte antwort",
    "automatische rückmeldung",
    "abwesenheitsnotiz",
    "abwesenheitsbenachrichtigung",
    "abwesenheitsnachricht",
    "abwesenheitsassistent",
    "autoantwort",
    # English
    "automatic reply",
    "auto reply",
    "auto-reply",
    "autoreply",
    "auto response",
    "auto-response",
    "autoresponse",
    "automatic response",
    "automated reply",
    "automated response",
    "automatically generated reply",
    "out of office",
    "out of office autoreply",
    "out-of-office",
    "out of the office",
    "vacation reply",
    "vacation response",
    # Turkish
    "otomatik yanıt",
    "otomatik cevap",
    "otomatik yanit",
    "işyeri dışında",
    "ofis dışında",
    # Arabic
    "رد تلقائي",
    "الرد التلقائي",
    "خارج المكتب",
    # Ukrainian
    "автоматична відповідь",
    "автовідповідь",
    "поза офісом",
    # Russian
    "автоматический ответ",
    "автоответ",
    "вне офиса",
    # Polish
    "automatyczna odpowiedź",
    "odpowiedź automatyczna",
    "autoodpowiedź",
    "poza biurem",
    "nieobecność w biurze",
    # French
    "réponse automatique",
    "absence du bureau",
    "absent du bureau",
    # Spanish
    "respuesta automática",
    "fuera de la oficina",
    # Italian
    "risposta automatica",
    "fuori sede",
    "fuori ufficio",
    # Dutch
    "automatisch antwoord",
    "automatische beantwoording",
    "afwezigheidsbericht",
    # Portuguese
    "resposta automática",
    "fora do escritório",
    # Romanian
    "răspuns automat",
    "raspuns automat",
    # Bosnian, Croatian, Serbian, Slovene
    "automatski odgovor",
    "automatski odgovor za",
    "аутоматски одговор",
    "samodejni odgovor",
    # Bulgarian, Macedonian
    "автоматичен отговор",
    "автоматски одговор",
    # Albanian
    "përgjigje automatike",
    # Greek
    "αυτόματη απάντηση",
    # Czech, Slovak, Hungarian
    "automatická odpověď",
    "automatická odpoveď",
    "automatikus válasz",
    # Scandinavian, Finnish, Baltic
    "automatiskt svar",
    "autosvar",
    "automatisk svar",
    "automaattinen vastaus",
    "automātiskā atbilde",
    "ārpus biroja atrašanās automātiskā atbilde",
    "arpus biroja atrasanas automatiska atbilde",
    "automatinis atsakymas",
    "automaatvastus",
    # Catalan, Basque, Icelandic, Azeri, Indonesian, Malay, Somali
    "resposta automàtica",
    "erantzun automatikoa",
    "sjálfvirkt svar",
    "avtomatik cavab",
    "balasan otomatis",
    "balas automatik",
    "jawaab otomaatig ah",
    # Georgian, Armenian, Kazakh
    "ავტომატური პასუხი",
    "ինքնաշխատ պատասխան",
    "автоматты жауап",
    # Kurdish, Persian, Urdu, Hebrew
    "bersiva otomatîk",
    "پاسخ خودکار",
    "خودکار جواب",
    "מענה אוטומטי",
    "תשובה אוטומטית",
    # Hindi, Thai, Chinese, Japanese, Korean, Vietnamese
    "स्वचालित उत्तर",
    "ตอบกลับอัตโนมัติ",
    "自动答复",
    "自动回复",
    "自動回覆",
    "自動応答",
    "自動返信",
    "自动回覆",
    "자동 회신",
    "trả lời tự động",
)

#: Openings of whole sentences.
AUTO_REPLY_OPENINGS = (
    "automatische antwort auf",
    "automatische nachricht:",
    "yahoo! auto response",
    "auto response from",
    "out of office reply",
    "out of office auto",
    "automatische empfangsbestätigung",
    "automatische eingangsbestätigung",
    "automatic reply to",
    "automatic response to",
    "auto-reply to",
    "autoreply to",
    "réponse automatique à",
    "respuesta automática a",
    "risposta automatica a",
)

#: Notes says „AUTO: <name> is out of the office (returning …)“; the word alone is a German car.
NOTES_ABSENCES = (
    "out of the office",
    "out of office",
    "(returning ",
    "(rückkehr",
    "(kehrt zurück",
    "außer haus",
    "ausser haus",
    "nicht im büro",
    "ist abwesend",
    "est absent",
    "está ausente",
    "è assente",
    "is afwezig",
)

#: What stands in brackets before or behind the subject that is answered.
AUTO_REPLY_TAGS = (
    "automatic response",
    "auto generated",
    "auto-generated",
    "automatisch erzeugt",
    "auto reply",
    "autoresponder",
    "auto-reply",
    "autoreply",
    *AUTO_REPLY_PREFIXES,
)

#: Prefixes of read receipts.
RECEIPT_PREFIXES = (
    "gelesen:",
    "ungelesen gelöscht:",
    "gelöscht:",
    "lesebestätigung:",
    "lesebestätigung (angezeigt)",
    "empfangsbestätigung (angezeigt)",
    "read:",
    "not read:",
    "read receipt",
    "return receipt (displayed)",
    "return receipt",
    "okundu:",
    "okundu bilgisi",
    "прочитано:",
    "прочтено:",
    "przeczytano:",
    "przeczytane:",
    "lu :",
    "lu:",
    "leído:",
    "letto:",
    "gelezen:",
    "lida:",
    "citit:",
    "pročitano:",
    "تمت القراءة:",
    "قراءة:",
)

#: What the text of a read receipt says (lower case).
RECEIPT_WORDS = (
    "wurde gelesen",
    "gelesen am",
    "gelesen wurde",
    "angezeigt am",
    "ist eine empfangsbestätigung",
    "eine lesebestätigung",
    "ungelesen gelöscht",
    "was read on",
    "was read",
    "was displayed",
    "return receipt for",
    "was deleted without being read",
    "tarihinde okundu",
    "okundu",
    "прочитано",
    "прочтено",
    "został przeczytany",
    "została przeczytana",
    "przeczytano",
    "a été lu",
    "se leyó",
    "fue leído",
    "è stato letto",
    "is gelezen",
    "gelezen op",
    "a fost citit",
    "تمت قراءة",
)
