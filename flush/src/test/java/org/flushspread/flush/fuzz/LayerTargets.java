package org.flushspread.flush.fuzz;

import java.util.Map;
import java.util.function.Consumer;
import org.flushspread.flush.kernel.LayerFuzz;
import org.flushspread.flush.replica.ReplicaFuzz;
import org.flushspread.flush.requests.RequestFuzz;
import org.flushspread.flush.store.StoreFuzz;
import org.flushspread.fuzz.FuzzTargets;

/** The targets of this module. */
public final class LayerTargets implements FuzzTargets {
    @Override
    public Map<String, Consumer<byte[]>> targets() {
        return Map.of(
                "flushLayer", LayerFuzz::layer,
                "replicaMessages", ReplicaFuzz::messages,
                "replica", ReplicaFuzz::replica,
                "requests", RequestFuzz::requests,
                "desk", RequestFuzz::desk,
                "store", StoreFuzz::store);
    }
}
