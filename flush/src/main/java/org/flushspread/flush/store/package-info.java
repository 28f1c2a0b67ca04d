/** Where a member of a replicated state machine keeps what must outlive its process. Used by one thread. */
@NullMarked
package org.flushspread.flush.store;

import org.jspecify.annotations.NullMarked;
