package org.flushspread.config;

import com.google.common.collect.ImmutableList;

/** What the access file says about one client: those of its lines that are about him, in their order. Immutable. */
public final class AccessRights {
    private final ImmutableList<AccessRule> rules;
    private final AccessDecision otherwise;

    AccessRights(ImmutableList<AccessRule> rules, AccessDecision otherwise) {
        this.rules = rules;
        this.otherwise = otherwise;
    }

    /** The first line that fits decides, else the last one of the file. For actions without a group. */
    public AccessDecision decide(AccessAction action) {
        return decide(action, "");
    }

    /** As {@link #decide(AccessAction)}, with the name of a group or private group. */
    public AccessDecision decide(AccessAction action, String group) {
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).isAbout(action, group)) {
                return rules.get(i).decision();
            }
        }
        return otherwise;
    }
}
