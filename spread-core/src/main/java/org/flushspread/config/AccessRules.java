package org.flushspread.config;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMultiset;
import com.google.common.collect.Multisets;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The access file of a daemon (security 4.1): who of its clients may do what. Immutable. */
public final class AccessRules {
    private final ImmutableList<AccessRule> rules;
    private final AccessDecision otherwise;

    AccessRules(ImmutableList<AccessRule> rules, AccessDecision otherwise) {
        this.rules = rules;
        this.otherwise = otherwise;
    }

    /**
     * Reads the bytes of a file.
     *
     * @throws ConfigurationException with the place of the first mistake, and what to write instead
     */
    public static AccessRules parse(byte[] text, String fileName) {
        return parse(new String(text, StandardCharsets.ISO_8859_1), fileName);
    }

    /** As {@link #parse(byte[], String)}; each character is a byte. */
    public static AccessRules parse(String text, String fileName) {
        return new AccessRulesParser(fileName).parse(text);
    }

    /** What it says about one client. */
    public AccessRights of(AccessSubject subject) {
        return new AccessRights(
                rules.stream().filter(each -> each.isAbout(subject)).collect(ImmutableList.toImmutableList()),
                otherwise);
    }

    /** Lines that decide, the last one left out. */
    public int size() {
        return rules.size();
    }

    /** True if what no line is about is allowed. */
    public boolean allowsOtherwise() {
        return otherwise.allowed();
    }

    /** What another file says otherwise, for a person; empty if it says the same in the same order. */
    public List<String> changesTo(AccessRules next) {
        ImmutableMultiset<String> before = texts();
        ImmutableMultiset<String> after = next.texts();
        List<String> changes = new ArrayList<>();
        Multisets.difference(before, after).forEach(each -> changes.add("without '" + each + "'"));
        Multisets.difference(after, before).forEach(each -> changes.add("with '" + each + "'"));
        if (changes.isEmpty() && !ordered().equals(next.ordered())) {
            changes.add("the same lines in another order");
        }
        return changes;
    }

    private ImmutableMultiset<String> texts() {
        return ImmutableMultiset.copyOf(ordered());
    }

    private ImmutableList<String> ordered() {
        return ImmutableList.<String>builder()
                .addAll(rules.stream().map(AccessRule::text).iterator())
                .add(AccessRulesParser.DEFAULT + " "
                        + (otherwise.allowed() ? AccessRulesParser.ALLOW : AccessRulesParser.DENY))
                .build();
    }

    /** For a person: how many lines, and what holds otherwise. */
    @Override
    public String toString() {
        return rules.size() + " rules, otherwise "
                + (otherwise.allowed() ? "everything is allowed" : "nothing is allowed");
    }
}
