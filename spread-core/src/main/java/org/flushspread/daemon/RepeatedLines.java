package org.flushspread.daemon;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Hands log lines on, but of those that are the same but for numbers only some in a time; how many were left out is said when the time is
 * over and something is logged, or at the end. What was switched on to be seen in detail, DEBUG, is handed on whole. Any thread.
 */
final class RepeatedLines extends AppenderBase<ILoggingEvent> {
    /** Lines of one kind that are written within {@link #TIME}. */
    static final int MOST = 10;

    static final Duration TIME = Duration.ofSeconds(10);
    /** Kinds that are told apart; whoever comes later takes the place of the oldest. */
    private static final int KINDS = 1000;

    private final Appender<ILoggingEvent> to;
    private final Map<String, Kind> kinds = new LinkedHashMap<>();
    /** Of these, lines were left out. */
    private final List<Kind> muted = new ArrayList<>();

    private static final class Kind {
        final ILoggingEvent first;
        long until;
        int written;
        int leftOut;

        Kind(ILoggingEvent first) {
            this.first = first;
        }
    }

    RepeatedLines(Appender<ILoggingEvent> to) {
        this.to = to;
    }

    @Override
    protected void append(ILoggingEvent event) {
        tellLeftOut(event.getTimeStamp());
        if (!event.getLevel().isGreaterOrEqual(Level.INFO)) {
            to.doAppend(event);
            return;
        }
        Kind kind = kind(event);
        if (event.getTimeStamp() >= kind.until) {
            kind.until = event.getTimeStamp() + TIME.toMillis();
            kind.written = 0;
        }
        if (kind.written < MOST) {
            kind.written++;
            to.doAppend(event);
        } else {
            if (kind.leftOut++ == 0) {
                muted.add(kind);
            }
        }
    }

    private Kind kind(ILoggingEvent event) {
        String key = event.getLevel() + event.getLoggerName() + withoutNumbers(event.getFormattedMessage());
        Kind known = kinds.get(key);
        if (known == null) {
            if (kinds.size() == KINDS) {
                kinds.remove(kinds.keySet().iterator().next());
            }
            known = new Kind(event);
            kinds.put(key, known);
        }
        return known;
    }

    /** Numbers as people and programs write them, in decimal and hexadecimal, become a sign. */
    private static String withoutNumbers(String text) {
        StringBuilder key = new StringBuilder(text.length());
        boolean number = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean digit = c >= '0' && c <= '9';
            if (!digit) {
                key.append(c);
            } else if (!number) {
                key.append('0');
            }
            number = digit;
        }
        return key.toString();
    }

    private void tellLeftOut(long now) {
        muted.removeIf(kind -> {
            boolean over = now >= kind.until;
            if (over) {
                tellLeftOut(kind);
            }
            return over;
        });
    }

    private void tellLeftOut(Kind kind) {
        Logger logger = ((LoggerContext) getContext()).getLogger(kind.first.getLoggerName());
        to.doAppend(new LoggingEvent(
                RepeatedLines.class.getName(),
                logger,
                kind.first.getLevel(),
                "{} more lines like this were left out: {}",
                null,
                new Object[] {kind.leftOut, kind.first.getFormattedMessage()}));
        kind.leftOut = 0;
    }

    @Override
    public void stop() {
        muted.forEach(this::tellLeftOut);
        muted.clear();
        super.stop();
        to.stop();
    }
}
