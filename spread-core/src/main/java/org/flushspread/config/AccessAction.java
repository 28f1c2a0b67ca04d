package org.flushspread.config;

import java.util.Locale;

/** What the access file allows or denies (security 4.1). */
public enum AccessAction {
    /** To open a session. */
    CONNECT,
    JOIN,
    LEAVE,
    /** To a group, or to a private group, which is a destination like any other. */
    SEND,
    /** To ask the admin endpoint. */
    ADMIN;

    /** As the file has it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
