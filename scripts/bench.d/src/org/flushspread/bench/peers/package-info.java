/** Other systems as {@link org.flushspread.bench.services.ReplicatedService}s, for {@code scripts/bench --replica --vs}. */
package org.flushspread.bench.peers;
