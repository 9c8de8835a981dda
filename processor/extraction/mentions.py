"""All names in a text, list items and shared surnames included."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from processor.extraction.people import Mention, NameReader


def mentions_in(reader: NameReader, ranges: Sequence[tuple[int, int, bool]]) -> list[Mention]:
    """All names in token ranges.

    :param ranges: start, end, and whether the range is a list item (or a line of nothing but a name).
    """
    found: list[Mention] = []
    for start, end, item in ranges:
        index = start
        if item:
            taken = _item(reader, start, end)
            if taken:
                found += taken
                index = taken[-1].end
                # What follows the name in a list item describes the person; a second name there stands after "and".
                while index < end and not reader.kind_at(index, "and"):
                    index += 1
        while index < end:
            mention = _at(reader, index)
            if mention is None:
                index += 1
                continue
            found.append(mention)
            index = max(mention.end, index + 1)
            if (
                index < end
                and reader.tokens[index].text == "("
                and (mention.via == "title" or mention.end - mention.start > 1)
            ):
                # Brackets behind a name describe it.
                close = next((i for i in range(index, min(index + 14, end)) if reader.tokens[i].text == ")"), index)
                index = close
    return _share_surnames(reader, reader.after_post_title(found))


def _at(reader: NameReader, index: int) -> Mention | None:
    if reader.kind_at(index, "title"):
        pair = reader.after_title(index)
        if pair:
            return pair
    intro = reader.kind_at(index, "self_name")
    if intro:
        at = reader.skip_titles(intro.end)
        while at < len(reader.tokens) and reader.tokens[at].text in ":,":
            at += 1
        end, name = reader.read(at, forced=False)
        if name:
            return Mention(name, at, end, index, strong=True, via="intro")
    kin = reader.kind_at(index, "kin", "people")
    if kin:
        mention = reader.after_kin(kin)
        if mention:
            return mention if kin.kind == "kin" else replace(mention, via="plain", head=mention.start)
    if index in reader.blocked:
        return None
    return reader.plain(index)


def _item(reader: NameReader, start: int, end: int) -> list[Mention]:
    """The name at the head of a list item; „Nachname, Vorname“ turned."""
    tokens = reader.tokens
    at = start
    while at < end and (tokens[at].kind in ("num", "nl") or (tokens[at].kind == "punct" and tokens[at].text != "(")):
        at += 1
    if at < end and len(tokens[at].text) == 1 and at + 1 < end and tokens[at + 1].text == ")":
        at += 2
    head = at
    at = reader.skip_titles(at)
    stop, name = reader.read(at, forced=True)
    if not name or stop > end:
        return []
    titled = at > head
    follows = tokens[stop] if stop < end else None
    if follows is not None and follows.text == "," and stop - at <= 2 and not titled:
        second_end, second = reader.read(stop + 1, forced=False)
        closes = second_end >= end or tokens[second_end].kind in ("nl", "punct")
        if second and closes and second_end - stop - 1 <= 2 and reader.could_be(at, forced=False):
            return [Mention(f"{second} {name}", at, second_end, head, strong=True, via="reversed")]
    if follows is not None and follows.is_word and not reader.kind_at(stop, "and", "post_title") and not titled:
        # A sentence, not an item that begins with a name.
        return []
    if (
        stop - at == 1
        and not titled
        and reader.language.is_ordinary(tokens[at].key)
        and tokens[at].key not in reader.sender
    ):
        return []
    return [Mention(name, at, stop, head, strong=stop - at >= 2 or titled, via="item")]


def _share_surnames(reader: NameReader, mentions: list[Mention]) -> list[Mention]:
    """„Fatma und Ali Öztürk“: given names in a row take the last one's surname; beside a sure name all are sure."""
    result = list(mentions)
    groups: list[list[int]] = []
    for position in range(len(result)):
        if groups and _joined(reader, result[groups[-1][-1]], result[position]):
            groups[-1].append(position)
        else:
            groups.append([position])
    for group in groups:
        last = result[group[-1]]
        words = last.name.split()
        if len(group) > 1 and len(words) >= 2 and last.via in ("plain", "item"):
            surname = " ".join(words[1:]) if len(words) == 2 or words[1].lower() in reader.particles else words[-1]
            singles = [p for p in group[:-1] if len(result[p].name.split()) == 1 and result[p].via in ("plain", "item")]
            if len(singles) == len(group) - 1:
                for p in singles:
                    result[p] = replace(result[p], name=f"{result[p].name} {surname}", strong=True)
        if len(group) > 1 and any(result[p].strong for p in group):
            for p in group:
                result[p] = replace(result[p], strong=True)
    return result


def _joined(reader: NameReader, first: Mention, second: Mention) -> bool:
    """Whether nothing but a comma, an "and" or an age stands between two names."""
    between = [i for i in range(first.end, second.head) if reader.tokens[i].kind != "nl"]
    if not between or len(between) > 6:
        return False
    depth = 0
    for index in between:
        token = reader.tokens[index]
        if token.text == "(":
            depth += 1
        elif token.text == ")":
            depth -= 1
        elif depth or token.text in ",;&/+" or reader.kind_at(index, "and"):
            continue
        else:
            return False
    return True
