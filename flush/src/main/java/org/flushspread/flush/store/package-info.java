/**
 * Where a member of a replicated state machine keeps what must outlive its process. Used by one thread, but for the bytes of a snapshot that is
 * written while the log goes on ({@link org.flushspread.flush.store.SnapshotWriter}).
 *
 * <p>{@code FileStore} opens and closes, and after an error writes no more; {@code OpenStore} is what is written in between: {@code LogWriter}
 * (segments), {@code Head} (the manifest), {@code Progress} (what is promised), {@code SnapshotFileWriter}
 * ({@code PartTable} tells in which files the parts of a state are). {@code StoreReader} and
 * {@code LogScan} tell what a crash left from damage.
 */
@NullMarked
package org.flushspread.flush.store;

import org.jspecify.annotations.NullMarked;
