package org.flushspread.config;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the access file, line by line (security 4.1). For one file. */
final class AccessRulesParser {
    static final String ALLOW = "allow";
    static final String DENY = "deny";
    static final String DEFAULT = "default";

    private static final String USER = "user";
    private static final String NAME = "name";
    private static final String FROM = "from";
    private static final String GROUP = "group";
    private static final ImmutableSet<String> STARTS = ImmutableSet.of(ALLOW, DENY, DEFAULT);
    private static final ImmutableSet<String> CONDITIONS = ImmutableSet.of(USER, NAME, FROM, GROUP);
    private static final ImmutableSet<String> ACTIONS =
            Arrays.stream(AccessAction.values()).map(AccessAction::word).collect(ImmutableSet.toImmutableSet());

    /** Lines, and what stands in their lists: a decision takes time with each of them. */
    private static final int MOST_RULES = 1000;

    private static final int MOST_PATTERNS = 10_000;

    /** A word and where it begins. */
    private record Word(String text, Position at) {
        ConfigurationException expected(String what) {
            return expected(what, ImmutableSet.of());
        }

        /** @param meant of these perhaps one */
        ConfigurationException expected(String what, ImmutableSet<String> meant) {
            return new ConfigurationException(
                    at, "expected " + what + ", found " + Token.quote(text) + Keywords.hint(text, meant));
        }
    }

    private final String file;
    private final ImmutableList.Builder<AccessRule> rules = ImmutableList.builder();
    private int count;
    private int patterns;
    private @Nullable AccessDecision otherwise;

    AccessRulesParser(String file) {
        this.file = file;
    }

    AccessRules parse(String text) {
        ByteOrderMark.refuse(file, text);
        String[] lines = text.split("\r?\n", -1);
        for (int i = 0; i < lines.length; i++) {
            List<Word> words = words(lines[i], i + 1);
            if (!words.isEmpty() && !words.get(0).text().startsWith("#")) {
                line(words);
            }
        }
        AccessDecision last = otherwise;
        if (last == null) {
            throw new ConfigurationException(
                    new Position(file, lines.length, 1),
                    "the last line has to be 'default deny' or 'default allow': what holds where no other line fits");
        }
        return new AccessRules(rules.build(), last);
    }

    private List<Word> words(String line, int number) {
        List<Word> words = new ArrayList<>();
        int start = -1;
        for (int i = 0; i <= line.length(); i++) {
            boolean blank = i == line.length() || line.charAt(i) == ' ' || line.charAt(i) == '\t';
            if (!blank && start < 0) {
                start = i;
            } else if (blank && start >= 0) {
                words.add(new Word(line.substring(start, i), new Position(file, number, start + 1)));
                start = -1;
            }
        }
        return words;
    }

    private void line(List<Word> words) {
        Word first = words.get(0);
        if (!STARTS.contains(first.text())) {
            throw first.expected("'allow', 'deny' or 'default'", STARTS);
        }
        if (otherwise != null) {
            throw new ConfigurationException(first.at(), "nothing is looked at behind the line 'default'; put it last");
        }
        Word second = word(words, 1, first.text().equals(DEFAULT) ? "'allow' or 'deny'" : "one of " + ACTIONS);
        if (first.text().equals(DEFAULT)) {
            byDefault(words, second);
        } else {
            if (++count > MOST_RULES) {
                throw new ConfigurationException(first.at(), "there are more than " + MOST_RULES + " rules");
            }
            rules.add(rule(words, first, second));
        }
    }

    private void byDefault(List<Word> words, Word what) {
        if (!what.text().equals(ALLOW) && !what.text().equals(DENY)) {
            throw what.expected("'allow' or 'deny'");
        }
        if (words.size() > 2) {
            throw words.get(2).expected("the end of the line");
        }
        otherwise = new AccessDecision(what.text().equals(ALLOW), what.at().line());
    }

    private AccessRule rule(List<Word> words, Word first, Word what) {
        ImmutableSet<AccessAction> actions = actions(what);
        ImmutableList<NamePattern> users = ImmutableList.of();
        ImmutableList<NamePattern> names = ImmutableList.of();
        ImmutableList<AccessOrigin> origins = ImmutableList.of();
        ImmutableList<NamePattern> groups = ImmutableList.of();
        List<String> had = new ArrayList<>();
        for (int i = 2; i < words.size(); i += 2) {
            Word condition = words.get(i);
            check(condition, actions, had);
            had.add(condition.text());
            Word list = word(words, i + 1, "what '" + condition.text() + "' has to be");
            switch (condition.text()) {
                case USER -> users = list(list, NamePattern::parse);
                case NAME -> names = list(list, NamePattern::parse);
                case FROM -> origins = list(list, AccessOrigin::parse);
                default -> groups = list(list, NamePattern::parse);
            }
        }
        return new AccessRule(
                words.stream().map(Word::text).collect(Collectors.joining(" ")),
                new AccessDecision(first.text().equals(ALLOW), first.at().line()),
                actions,
                users,
                names,
                origins,
                groups);
    }

    private static void check(Word condition, ImmutableSet<AccessAction> actions, List<String> had) {
        if (!CONDITIONS.contains(condition.text())) {
            throw condition.expected(
                    "'user', 'name', 'from', 'group' or the end of the line (lists have commas and no blanks between their"
                            + " parts)",
                    CONDITIONS);
        }
        if (had.contains(condition.text())) {
            throw new ConfigurationException(
                    condition.at(),
                    "'" + condition.text() + "' stands twice; write one list with commas, or two lines");
        }
        if (condition.text().equals(GROUP) && actions.contains(AccessAction.CONNECT)) {
            throw new ConfigurationException(
                    condition.at(), "a connection is to no group; give 'connect' a line of its own without 'group'");
        }
        if (!condition.text().equals(FROM) && actions.contains(AccessAction.ADMIN)) {
            throw new ConfigurationException(
                    condition.at(),
                    "of who asks the admin endpoint only the address is known; give 'admin' a line of its own with no"
                            + " more than 'from'");
        }
    }

    private static ImmutableSet<AccessAction> actions(Word what) {
        List<AccessAction> actions = new ArrayList<>();
        for (Word each : parts(what)) {
            if (!ACTIONS.contains(each.text())) {
                throw each.expected("connect, join, leave, send or admin, with commas between them", ACTIONS);
            }
            actions.add(AccessAction.values()[ACTIONS.asList().indexOf(each.text())]);
        }
        return Sets.immutableEnumSet(actions);
    }

    private <T> ImmutableList<T> list(Word list, BiFunction<String, Position, T> reader) {
        ImmutableList.Builder<T> all = ImmutableList.builder();
        for (Word each : parts(list)) {
            if (++patterns > MOST_PATTERNS) {
                throw new ConfigurationException(
                        each.at(), "the lists of this file have more than " + MOST_PATTERNS + " parts");
            }
            all.add(reader.apply(each.text(), each.at()));
        }
        return all.build();
    }

    private static List<Word> parts(Word list) {
        List<Word> parts = new ArrayList<>();
        int column = list.at().column();
        for (String each : list.text().split(",", -1)) {
            Position at = new Position(list.at().file(), list.at().line(), column);
            if (each.isEmpty()) {
                throw new ConfigurationException(
                        at, "there is nothing between two commas; a comma of a name is written \\2c");
            }
            parts.add(new Word(each, at));
            column += each.length() + 1;
        }
        return parts;
    }

    private Word word(List<Word> words, int index, String what) {
        if (index < words.size()) {
            return words.get(index);
        }
        Word last = words.get(words.size() - 1);
        Position end = new Position(
                file, last.at().line(), last.at().column() + last.text().length());
        throw new ConfigurationException(end, "expected " + what + ", found the end of the line");
    }
}
