package org.flushspread.flush.store;

import java.util.List;
import org.flushspread.flush.replica.MemberId;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.replica.Version;
import org.jspecify.annotations.Nullable;

/**
 * What a store holds when it is opened.
 *
 * @param metadata null if it is new, or has forgotten
 * @param snapshotVersion version of the snapshot, initial without one
 * @param snapshot null without one
 * @param commands logged after the snapshot, in order; perhaps read from the device only while somebody walks along them, which must be
 *     before anything is written
 * @param warnings what was found that is not as it should be, for a person
 * @param forgotten null, or the member whose memory was here and is lost; the one that comes in its place has another identity and makes
 *     {@link Metadata#forgotten} its memory
 */
public record Recovered(
        @Nullable Metadata metadata,
        Version snapshotVersion,
        @Nullable SavedState snapshot,
        List<byte[]> commands,
        List<String> warnings,
        @Nullable MemberId forgotten) {
    public Recovered(
            @Nullable Metadata metadata,
            Version snapshotVersion,
            @Nullable SavedState snapshot,
            List<byte[]> commands,
            List<String> warnings) {
        this(metadata, snapshotVersion, snapshot, commands, warnings, null);
    }

    static Recovered nothing() {
        return new Recovered(null, Version.INITIAL, null, List.of(), List.of());
    }
}
