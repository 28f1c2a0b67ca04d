/** A daemon inside the application's JVM, and the in-memory link to it. */
@NullMarked
package org.flushspread.embedded;

import org.jspecify.annotations.NullMarked;
