/** The fuzz targets of this module, and their committed inputs as tests. */
@NullMarked
package org.flushspread.flush.fuzz;

import org.jspecify.annotations.NullMarked;
