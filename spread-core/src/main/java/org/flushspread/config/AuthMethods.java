package org.flushspread.config;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects the lines AllowedAuthMethods and RequiredAuthMethods (configuration 7). NULL is allowed until the first such line; from then on
 * the methods are those that the lines name, all together.
 */
final class AuthMethods {
    /** The methods that exist; a file may name others, which are passed over. */
    static final ImmutableSet<String> KNOWN = ImmutableSet.of("NULL", "IP", "PWORD");
    /** Characters of one line, at most. */
    static final int MAX_LENGTH = 89;

    private final Set<String> allowed = new LinkedHashSet<>();
    private final Set<String> required = new LinkedHashSet<>();
    private @Nullable Token line;

    void allow(Token option, Token value, TokenStream tokens) {
        add(option, value, tokens, allowed);
    }

    void require(Token option, Token value, TokenStream tokens) {
        add(option, value, tokens, required);
    }

    private void add(Token option, Token value, TokenStream tokens, Set<String> to) {
        line = option;
        String names = value.value();
        if (names.length() > MAX_LENGTH) {
            throw new ConfigurationException(
                    value.position(),
                    option.text() + " has " + names.length() + " characters; Spread allows at most " + MAX_LENGTH);
        }
        if (names.isEmpty()) {
            return;
        }
        for (String name : names.split(" ", -1)) {
            if (KNOWN.contains(name)) {
                to.add(name);
            } else if (name.isEmpty()) {
                tokens.warn(value.position(), option.text() + ": separate the names by single blanks");
            } else {
                tokens.warn(
                        value.position(),
                        option.text() + ": unknown method " + Token.quote(name) + " is passed over, there are "
                                + String.join(", ", KNOWN) + Keywords.hint(name, KNOWN));
            }
        }
    }

    /** Refuses a file that would turn every client away (configuration 9). */
    void check() {
        if (line != null && allowed.isEmpty()) {
            throw new ConfigurationException(
                    line.position(),
                    "no client could connect: no known method is allowed, and naming any method withdraws the default NULL;"
                            + " add for example AllowedAuthMethods = \"" + example() + "\"");
        }
    }

    private String example() {
        return required.isEmpty() ? "NULL" : String.join(" ", required);
    }

    ImmutableList<String> allowed() {
        return line == null ? ImmutableList.of("NULL") : ImmutableList.copyOf(allowed);
    }

    ImmutableList<String> required() {
        return ImmutableList.copyOf(required);
    }
}
