package org.flushspread.daemon.admin;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import org.flushspread.config.Configuration;
import org.flushspread.config.Daemon;
import org.flushspread.wire.StatusReply;
import org.jspecify.annotations.Nullable;

/** The answer to {@code /ring} (operations 2.4): all daemons of the configuration, as they say themselves. */
final class RingDocument {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private RingDocument() {}

    /**
     * @param now monotonic nanoseconds
     * @param millis the same moment on the wall clock
     */
    static String of(Configuration configuration, RingSurvey survey, long now, long millis) {
        StringWriter text = new StringWriter();
        try {
            write(new JsonWriter(text), configuration, survey, now, millis);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(JsonWriter json, Configuration configuration, RingSurvey survey, long now, long millis)
            throws IOException {
        json.beginObject();
        json.name("seconds").value(survey.age(now).toSeconds());
        json.name("daemons").beginArray();
        for (Daemon each : configuration.daemons()) {
            json.beginObject();
            json.name("name").value(each.name());
            json.name("address").value(each.address().toString());
            json.name("port").value(each.port());
            json.name("segment").value(each.segment());
            RingSurvey.@Nullable Answer answer = survey.answer(each);
            json.name("answers").value(answer != null && answer.isFresh(now));
            if (answer != null) {
                json.name("sealed").value(answer.sealed());
                json.name("at").value(millis - (now - answer.at()) / NANOS_PER_MILLI);
                reply(json, configuration, answer.reply());
            }
            json.endObject();
        }
        json.endArray().endObject();
    }

    private static void reply(JsonWriter json, Configuration configuration, StatusReply reply) throws IOException {
        Daemon leader = configuration.byId(reply.leader());
        json.name("state").value(StatusDocument.state(reply.state()));
        json.name("groupsState").value(StatusDocument.groupsState(reply.groupsState()));
        json.name("leader").value(leader != null ? leader.name() : "");
        json.name("ringSize").value(reply.members());
        json.name("seconds").value(reply.seconds());
        json.name("packetsSent").value(Integer.toUnsignedLong(reply.packetsSent()));
        json.name("packetsReceived").value(Integer.toUnsignedLong(reply.packetsReceived()));
        json.name("messages").value(Integer.toUnsignedLong(reply.messagesDelivered()));
        json.name("retransmissions").value(Integer.toUnsignedLong(reply.retransmissions()));
        json.name("tokenRounds").value(Integer.toUnsignedLong(reply.tokenRounds()));
        json.name("membershipChanges").value(reply.membershipChanges());
        json.name("aru").value(reply.aru());
        json.name("myAru").value(reply.myAru());
        json.name("highest").value(reply.highestSequence());
        json.name("window").value(reply.window());
        json.name("personalWindow").value(reply.personalWindow());
        json.name("sessions").value(reply.sessions());
        json.name("groups").value(reply.groups());
        json.name("version").value(reply.majorVersion() + "." + reply.minorVersion() + "." + reply.patchVersion());
    }
}
