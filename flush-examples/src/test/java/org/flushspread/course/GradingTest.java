package org.flushspread.course;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.flushspread.client.Service;
import org.flushspread.course.check.Exercises;
import org.flushspread.course.solution.Chat;
import org.flushspread.flush.DataMessage;
import org.flushspread.flush.FlushRequest;
import org.flushspread.flush.View;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What learners are told whose programs do not get as far as to break a promise of the exercise. */
@Tag("once")
class GradingTest {
    private static String report(Supplier<?> programs) {
        StringWriter out = new StringWriter();
        Grading grading = new Grading(
                Exercises.all().get(3), programs, "again", new PrintWriter(out, true), Duration.ofSeconds(5));
        assertThat(grading.run(1, 1, 1)).isFalse();
        return out.toString();
    }

    @Test
    void aProgramThatThrowsIsToldWhereAndAtWhichMember() {
        assertThat(report(() -> new Chat() {
                    @Override
                    public void onMessage(DataMessage message) {
                        throw new IllegalArgumentException("what is that");
                    }
                }))
                .contains("a program throws nothing", "a1 has thrown", "what is that", "in onMessage, at ");
    }

    @Test
    void aProgramThatSendsBehindItsConsentIsShownWhereItConsented() {
        assertThat(report(() -> new Chat() {
                    @Override
                    public void onFlushRequest(FlushRequest request) {
                        place().after(Duration.ZERO, () -> place().group().multicast(Service.AGREED, "too late"));
                    }
                }))
                .contains("has thrown in what it does later", "a1   consents to a change of the view");
    }

    @Test
    void aProgramThatCannotBeMadeOrAnswersNullIsToldSo() {
        assertThat(report(() -> {
                    throw new IllegalStateException("its constructor failed: no");
                }))
                .contains("a program throws nothing", "a1 has thrown in its constructor", "no");
        assertThat(report(() -> new Chat() {
                    @Override
                    public List<String> screen() {
                        return null;
                    }
                }))
                .contains("never answers null", "In which order:");
    }

    /** Its static fields cannot be made. */
    static final class Stillborn extends Chat {
        static final int NUMBER = Integer.parseInt("no number");
    }

    @Test
    void aProgramWhoseStaticFieldsFailIsToldWhy() throws Exception {
        assertThat(report(LearnersProgram.maker(Exercises.all().get(3), Stillborn.class)))
                .contains("a1 has thrown in its constructor", "NumberFormatException", "no number");
    }

    @Test
    void aProgramThatNeverConsentsIsToldThatAllWaitForIt() {
        assertThat(report(() -> new Chat() {
                    @Override
                    public void onFlushRequest(FlushRequest request) {
                        request.defer();
                    }
                }))
                .contains("a member answers each flush request", "defer()");
    }

    @Test
    void aProgramThatWaitsForTheGroupIsToldThatNothingMayWait() {
        assertThat(report(() -> new Chat() {
                    @Override
                    public void onView(View now) {
                        place().group().awaitView(3, Duration.ofSeconds(1));
                    }
                }))
                .contains("nothing may wait in the simulated world");
    }

    @Test
    void aProgramThatLoopsEndsTheCheck() {
        assertThat(report(() -> new Chat() {
                    @Override
                    public void say(String line) {
                        while (!Thread.interrupted()) {
                            Thread.onSpinWait();
                        }
                    }
                }))
                .contains("each method returns", "waits for something, or loops");
    }
}
