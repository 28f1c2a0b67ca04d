package org.flushspread.config;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;

/**
 * One line of the access file. Of each kind of condition one has to fit; an empty list fits always.
 *
 * @param text the line, its words with one blank between them
 */
record AccessRule(
        String text,
        AccessDecision decision,
        ImmutableSet<AccessAction> actions,
        ImmutableList<NamePattern> users,
        ImmutableList<NamePattern> names,
        ImmutableList<AccessOrigin> origins,
        ImmutableList<NamePattern> groups) {
    /** True if the line is about this one, whatever he asks for. */
    boolean isAbout(AccessSubject subject) {
        return (users.isEmpty()
                        || subject.user().isPresent()
                                && fits(users, subject.user().get()))
                && (names.isEmpty() || fits(names, subject.name()))
                && (origins.isEmpty() || origins.stream().anyMatch(each -> each.matches(subject.from())));
    }

    /** True if the line is about this action and group; an action without a group has an empty one. */
    boolean isAbout(AccessAction action, String group) {
        return actions.contains(action) && (groups.isEmpty() || fits(groups, group));
    }

    private static boolean fits(ImmutableList<NamePattern> patterns, String name) {
        for (int i = 0; i < patterns.size(); i++) {
            if (patterns.get(i).matches(name)) {
                return true;
            }
        }
        return false;
    }
}
