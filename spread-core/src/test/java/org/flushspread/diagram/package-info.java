/**
 * What happened in a simulated world, as a space-time diagram: time from left to right, a line for each daemon and client, arrows for
 * datagrams and messages, colours for views.
 *
 * <p>A {@link org.flushspread.diagram.Recorder} watches a run and keeps {@link org.flushspread.diagram.Mark}s, the newest of them where there
 * are too many; {@link org.flushspread.diagram.DiagramPage} writes them as one page that needs nothing else. The page's script is in the
 * resources of this package, and draws in the lab too.
 */
@NullMarked
package org.flushspread.diagram;

import org.jspecify.annotations.NullMarked;
