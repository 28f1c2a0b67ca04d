package org.flushspread.kernel.session;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.flushspread.config.AccessAction;
import org.flushspread.config.AccessDecision;
import org.flushspread.config.AccessRules;
import org.flushspread.config.AccessSubject;
import org.flushspread.kernel.base.Context;
import org.flushspread.kernel.base.Reason;
import org.flushspread.kernel.base.Session;
import org.flushspread.wire.Name;
import org.jspecify.annotations.Nullable;

/** The policy of the access file (security 4); without one everything is allowed, as at a C daemon. */
final class AccessControl implements AccessPolicy {
    private final Context context;
    private @Nullable AccessRules rules;

    AccessControl(Context context) {
        this.context = context;
    }

    /** Another file is in force, or none; what was decided by the one before is forgotten. */
    void rules(@Nullable AccessRules now) {
        rules = now;
    }

    /** As the questions below, but nobody is told. */
    boolean allows(ClientSession session, AccessAction action, String group) {
        AccessRules now = rules;
        return now == null
                || decisionsOf(session, now).rights().decide(action, group).allowed();
    }

    @Override
    public boolean mayOpen(Session session, Name privateGroup) {
        return may(session, AccessAction.CONNECT, "", Reason.CONNECT_DENIED);
    }

    @Override
    public boolean mayJoin(Session session, Name privateGroup, Name group) {
        return rules == null || may(session, AccessAction.JOIN, group.toString(), Reason.JOIN_DENIED);
    }

    @Override
    public boolean mayLeave(Session session, Name privateGroup, Name group) {
        return rules == null || may(session, AccessAction.LEAVE, group.toString(), Reason.LEAVE_DENIED);
    }

    @Override
    public boolean maySendPrivate(Session session, Name privateGroup, ByteBuf message, int index) {
        return maySend(session, privateGroup, message, index, 1);
    }

    /** One destination that is denied denies the message: part of it would be another message. */
    @Override
    public boolean maySend(Session session, Name privateGroup, ByteBuf message, int index, int count) {
        AccessRules now = rules;
        if (now == null) {
            return true;
        }
        AccessDecisions decisions = decisionsOf((ClientSession) session, now);
        for (int i = 0; i < count; i++) {
            int slot = index + i * Name.SLOT;
            AccessDecision decision = decisions.send(message, slot);
            if (!decision.allowed()) {
                denied(session, Name.read(message, slot).toString(), decision, Reason.SEND_DENIED);
                return false;
            }
        }
        return true;
    }

    private boolean may(Session session, AccessAction action, String group, Reason otherwise) {
        AccessRules now = rules;
        if (now == null) {
            return true;
        }
        AccessDecision decision =
                decisionsOf((ClientSession) session, now).rights().decide(action, group);
        if (!decision.allowed()) {
            denied(session, group, decision, otherwise);
        }
        return decision.allowed();
    }

    private void denied(Session session, String group, AccessDecision decision, Reason why) {
        context.refuse(
                why,
                session + (session.user() == null ? "" : " of user '" + session.user() + "'")
                        + (group.isEmpty() ? "" : ", group '" + printable(group) + "'") + ", by line " + decision.line()
                        + " of the access file");
    }

    /** A group may have any bytes: none of them begins a line of a log. */
    private static String printable(String group) {
        StringBuilder shown = new StringBuilder(group.length());
        for (int i = 0; i < group.length(); i++) {
            char each = group.charAt(i);
            shown.append(each >= ' ' && each <= '~' ? each : '?');
        }
        return shown.toString();
    }

    private AccessDecisions decisionsOf(ClientSession session, AccessRules now) {
        AccessDecisions known = session.decisions;
        if (known == null || !known.areOf(now)) {
            known = new AccessDecisions(now, now.of(subject(session)));
            session.decisions = known;
        }
        return known;
    }

    /** A user is text, and names of the file are bytes. */
    private AccessSubject subject(ClientSession session) {
        Name group = session.privateGroup();
        return new AccessSubject(
                Optional.ofNullable(session.user())
                        .map(user -> new String(user.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)),
                group.isPrivateGroup() ? group.privatePart() : "",
                context.ports().addressOf(session));
    }
}
