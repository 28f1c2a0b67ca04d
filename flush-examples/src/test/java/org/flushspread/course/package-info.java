/**
 * The course: {@code scripts/course}. A learner's program is compiled on the spot, run in many simulated worlds, each worse than the last,
 * and told in words what it broke. It is among the tests, since it needs the simulators, and since its starters are no examples.
 */
@NullMarked
package org.flushspread.course;

import org.jspecify.annotations.NullMarked;
