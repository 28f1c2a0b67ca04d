package org.flushspread.flush.store;

import java.util.List;
import org.flushspread.flush.replica.Metadata;
import org.flushspread.flush.replica.Version;
import org.jspecify.annotations.Nullable;

/**
 * What a store holds when it is opened.
 *
 * @param metadata null if it is empty, or holds too little to go on with
 * @param snapshotVersion version of the snapshot, initial without one
 * @param snapshot null without one
 * @param commands logged after the snapshot, in order
 * @param warnings what was damaged and what was done about it, for a person
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Recovered(
        @Nullable Metadata metadata,
        Version snapshotVersion,
        byte @Nullable [] snapshot,
        List<byte[]> commands,
        List<String> warnings) {
    static Recovered nothing() {
        return nothing(List.of());
    }

    static Recovered nothing(List<String> warnings) {
        return new Recovered(null, Version.INITIAL, null, List.of(), warnings);
    }
}
