package org.flushspread.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.flushspread.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The access file (security 4.1 and 4.2). */
class AccessRulesTest {
    private static AccessRules rules(String... lines) {
        return AccessRules.parse(String.join("\n", lines), "access");
    }

    private static AccessSubject subject(String user, String name, String from) {
        return new AccessSubject(
                user.equals("-") ? Optional.empty() : Optional.of(user),
                name,
                from.equals("unix") ? null : IpAddress.parse(from));
    }

    private static AccessRights of(AccessRules rules, String user, String name, String from) {
        return rules.of(subject(user, name, from));
    }

    @Test
    void theFirstLineThatFitsDecidesAndThenTheLastOne() {
        AccessRules rules = rules(
                "# comment",
                "allow join group secret user alice",
                "",
                "deny\tjoin,send   group  secret*",
                "allow join,leave",
                "default deny");
        AccessRights alice = of(rules, "alice", "a", "unix");
        AccessRights bob = of(rules, "bob", "b", "unix");
        assertThat(alice.decide(AccessAction.JOIN, "secret")).isEqualTo(new AccessDecision(true, 2));
        assertThat(alice.decide(AccessAction.JOIN, "secrets")).isEqualTo(new AccessDecision(false, 4));
        assertThat(bob.decide(AccessAction.JOIN, "secret")).isEqualTo(new AccessDecision(false, 4));
        assertThat(bob.decide(AccessAction.LEAVE, "secret")).isEqualTo(new AccessDecision(true, 5));
        assertThat(bob.decide(AccessAction.SEND, "other")).isEqualTo(new AccessDecision(false, 6));
        assertThat(bob.decide(AccessAction.CONNECT)).isEqualTo(new AccessDecision(false, 6));
        assertThat(of(rules("default allow"), "-", "x", "10.0.0.1").decide(AccessAction.ADMIN))
                .isEqualTo(new AccessDecision(true, 1));
    }

    @Test
    void allKindsOfConditionsOfALineHaveToFitAndOneOfEachList() {
        AccessRules rules =
                rules("allow connect user alice,bob name a*,x from 10.0.0.0/8,unix,2001:db8::/32", "default deny");
        assertThat(of(rules, "alice", "anna", "10.1.2.3")
                        .decide(AccessAction.CONNECT)
                        .allowed())
                .isTrue();
        assertThat(of(rules, "bob", "x", "unix").decide(AccessAction.CONNECT).allowed())
                .isTrue();
        assertThat(of(rules, "bob", "x", "2001:db8::7")
                        .decide(AccessAction.CONNECT)
                        .allowed())
                .isTrue();
        assertThat(of(rules, "eve", "anna", "10.1.2.3")
                        .decide(AccessAction.CONNECT)
                        .allowed())
                .isFalse();
        assertThat(of(rules, "-", "anna", "10.1.2.3")
                        .decide(AccessAction.CONNECT)
                        .allowed())
                .isFalse();
        assertThat(of(rules, "alice", "bea", "10.1.2.3")
                        .decide(AccessAction.CONNECT)
                        .allowed())
                .isFalse();
        assertThat(of(rules, "alice", "anna", "11.1.2.3")
                        .decide(AccessAction.CONNECT)
                        .allowed())
                .isFalse();
    }

    /** Whoever proved nothing is no user at all, not even one of any name. */
    @Test
    void aUserWithoutAProofFitsNoUserLine() {
        AccessRules rules = rules("allow connect user *", "default deny");
        assertThat(of(rules, "-", "a", "unix").decide(AccessAction.CONNECT).allowed())
                .isFalse();
        assertThat(of(rules, "x", "a", "unix").decide(AccessAction.CONNECT).allowed())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "unix, unix, true",
        "unix, 127.0.0.1, false",
        "0.0.0.0/0, unix, false",
        "0.0.0.0/0, 10.0.0.1, true",
        "local, 127.3.0.1, true",
        "local, ::1, true",
        "local, 10.0.0.1, false",
        "::1, ::1, true",
        "10.0.0.1, 10.0.0.1, true",
        "10.0.0.1, 10.0.0.2, false",
        "fe80::/10, fe80::1, true"
    })
    void whereSomebodyComesFrom(String rule, String from, boolean fits) {
        assertThat(of(rules("allow admin from " + rule, "default deny"), "-", "", from)
                        .decide(AccessAction.ADMIN)
                        .allowed())
                .isEqualTo(fits);
    }

    @ParameterizedTest
    @CsvSource({
        "room, room, true",
        "room, rooms, false",
        "room, roo, false",
        "*, '', true",
        "*, anything, true",
        "?, '', false",
        "r?om, room, true",
        "r?om, rm, false",
        "*.audit, trade.audit, true",
        "*.audit, .audit, true",
        "*.audit, audit, false",
        "a*b*c, abc, true",
        "a*b*c, axxbyyc, true",
        "a*b*c, axxbyy, false",
        "**a, baa, true",
        "#*, #bob#d2, true",
        "#bob#*, #bobby#d2, false",
        "a\\2cb, 'a,b', true",
        "\\2a, *, true",
        "\\2a, x, false",
        "\\ff*, \u00ffx, true"
    })
    void groupsFitPatterns(String pattern, String group, boolean fits) {
        assertThat(of(rules("allow send group " + pattern, "default deny"), "-", "x", "unix")
                        .decide(AccessAction.SEND, group)
                        .allowed())
                .isEqualTo(fits);
    }

    /** Compared with the slow way, which tries every cut. */
    @Test
    void patternsAreMatchedAsTheirDefinitionSays() {
        ThreadLocalRandom dice = ThreadLocalRandom.current();
        for (int i = 0; i < 20_000; i++) {
            String pattern = word(dice, "ab*?", 6);
            String name = word(dice, "ab", 8);
            assertThat(NamePattern.parse(pattern, new Position("p", 1, 1)).matches(name))
                    .as("'%s' and '%s'", pattern, name)
                    .isEqualTo(slowly(pattern, name));
        }
    }

    private static String word(ThreadLocalRandom dice, String letters, int most) {
        StringBuilder word = new StringBuilder();
        for (int n = dice.nextInt(most + 1); n > 0; n--) {
            word.append(letters.charAt(dice.nextInt(letters.length())));
        }
        return word.toString();
    }

    private static boolean slowly(String pattern, String name) {
        if (pattern.isEmpty()) {
            return name.isEmpty();
        }
        if (pattern.charAt(0) == '*') {
            return slowly(pattern.substring(1), name) || (!name.isEmpty() && slowly(pattern, name.substring(1)));
        }
        return !name.isEmpty()
                && (pattern.charAt(0) == '?' || pattern.charAt(0) == name.charAt(0))
                && slowly(pattern.substring(1), name.substring(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "permit join|access:1:1: expected 'allow', 'deny' or 'default', found 'permit'",
                "Allow join|did you mean 'allow'?",
                "allow|access:1:6: expected one of [connect, join, leave, send, admin], found the end of the line",
                "allow jon|access:1:7: expected connect, join, leave, send or admin, with commas between them, found"
                        + " 'jon'; did you mean 'join'?",
                "allow join,,send|access:1:12: there is nothing between two commas",
                "allow join gruop x|access:1:12: expected 'user', 'name', 'from', 'group' or the end of the line",
                "allow join group|access:1:17: expected what 'group' has to be, found the end of the line",
                "allow join user alice, bob|access:1:23: there is nothing between two commas",
                "allow join user alice bob|access:1:23: expected 'user', 'name', 'from', 'group' or the end of the line",
                "allow join group a group b|access:1:20: 'group' stands twice",
                "allow connect group x|access:1:15: a connection is to no group",
                "allow admin user x|access:1:13: of who asks the admin endpoint only the address is known",
                "allow join from 10.0.0.300|access:1:17: ",
                "allow join from unix,10.0.0.1/33|access:1:31: expected a prefix length of 0 to 32, found 33",
                "allow join from 10.0.0.1/8|access:1:17: 10.0.0.1/8 lets nobody in, it has bits behind the prefix; did you"
                        + " mean 10.0.0.0/8?",
                "allow join from everywhere|access:1:17: expected 'unix', 'local', an IPv4 or IPv6 address",
                "allow join from localhost|access:1:17: expected 'unix', 'local', an address or address/length",
                "allow join group a\\b|access:1:19: a backslash stands for a byte",
                "default maybe|access:1:9: expected 'allow' or 'deny', found 'maybe'",
                "default deny join|access:1:14: expected the end of the line, found 'join'",
                "allow join|access:1:1: the last line has to be 'default deny' or 'default allow'"
            })
    void aMistakeIsToldWithItsPlaceAndWhatToWrite(String line, String sentence) {
        assertThatThrownBy(() -> rules(line))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(sentence);
    }

    @Test
    void nothingMayStandBehindTheDefault() {
        assertThatThrownBy(() -> rules("default deny", "# fine", "allow join"))
                .hasMessageStartingWith("access:3:1: nothing is looked at behind the line 'default'");
        assertThat(rules("default deny", "# fine", "").size()).isZero();
    }

    @Test
    void aFileHasLimits() {
        assertThatThrownBy(() -> rules("allow join\n".repeat(1001) + "default deny"))
                .hasMessage("access:1001:1: there are more than 1000 rules");
        String many = "allow join group " + "a,".repeat(6000) + "a\n";
        assertThatThrownBy(() -> rules(many + many + "default deny"))
                .hasMessageStartingWith("access:2:")
                .hasMessageEndingWith("have more than 10000 parts");
    }

    @Test
    void anotherFileTellsWhatItSaysOtherwise() {
        AccessRules before = rules("allow join", "allow join", "deny send  group x", "default deny");
        assertThat(before.changesTo(rules("allow  join", "allow join", "deny send group x", "default deny")))
                .isEmpty();
        assertThat(before.changesTo(rules("allow join", "deny send group y", "default allow")))
                .containsExactlyInAnyOrder(
                        "without 'allow join'",
                        "without 'deny send group x'",
                        "without 'default deny'",
                        "with 'deny send group y'",
                        "with 'default allow'");
        assertThat(before.changesTo(rules("deny send group x", "allow join", "allow join", "default deny")))
                .containsExactly("the same lines in another order");
    }
}
