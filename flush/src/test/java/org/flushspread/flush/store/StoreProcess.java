package org.flushspread.flush.store;

import java.nio.file.Path;

/** Another process that tries to open a store and says how that went. */
final class StoreProcess {
    private StoreProcess() {}

    public static void main(String[] directory) {
        try (FileStore store = new FileStore(Path.of(directory[0]), Fsync.NEVER)) {
            store.open();
            System.out.println("opened");
        } catch (StoreException e) {
            System.out.println(e.getMessage());
        }
    }
}
