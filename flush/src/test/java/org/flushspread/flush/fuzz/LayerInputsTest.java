package org.flushspread.flush.fuzz;

import java.util.stream.Stream;
import org.flushspread.fuzz.FuzzInputs;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

class LayerInputsTest {
    @TestFactory
    Stream<DynamicContainer> everyInputIsTakenOrRefused() {
        return FuzzInputs.of(new LayerTargets());
    }
}
