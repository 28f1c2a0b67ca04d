package org.flushspread.examples;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A sorted map of texts that never changes: a change makes another map, which shares with this one all but the path to what was changed. So
 * whoever holds a map can read it for as long as that takes, in any thread, while others go on.
 *
 * <p>It is a treap: a search tree by keys that is a heap by weights. Weights follow from the keys, so equal maps have equal trees.
 */
final class PersistentMap {
    static final PersistentMap EMPTY = new PersistentMap(null, 0);

    /** Takes entries by rising keys. */
    interface Visitor {
        void visit(String key, String value) throws IOException;
    }

    private record Node(
            String key,
            String value,
            int weight,
            @Nullable Node left,
            @Nullable Node right) {
        Node with(@Nullable Node newLeft, @Nullable Node newRight) {
            return new Node(key, value, weight, newLeft, newRight);
        }
    }

    private final @Nullable Node root;
    private final int size;

    private PersistentMap(@Nullable Node root, int size) {
        this.root = root;
        this.size = size;
    }

    int size() {
        return size;
    }

    @Nullable
    String get(String key) {
        Node at = root;
        while (at != null) {
            int order = key.compareTo(at.key);
            if (order == 0) {
                return at.value;
            }
            at = order < 0 ? at.left : at.right;
        }
        return null;
    }

    void forEach(Visitor visitor) throws IOException {
        forEach(root, visitor);
    }

    private static void forEach(@Nullable Node at, Visitor visitor) throws IOException {
        if (at != null) {
            forEach(at.left, visitor);
            visitor.visit(at.key, at.value);
            forEach(at.right, visitor);
        }
    }

    // ---- changes

    PersistentMap with(String key, String value) {
        return new PersistentMap(with(root, key, value), get(key) == null ? size + 1 : size);
    }

    private static Node with(@Nullable Node at, String key, String value) {
        if (at == null) {
            return new Node(key, value, weight(key), null, null);
        }
        int order = key.compareTo(at.key);
        if (order == 0) {
            return new Node(key, value, at.weight, at.left, at.right);
        }
        if (order < 0) {
            Node left = with(at.left, key, value);
            return left.weight > at.weight
                    ? left.with(left.left, at.with(left.right, at.right))
                    : at.with(left, at.right);
        }
        Node right = with(at.right, key, value);
        return right.weight > at.weight
                ? right.with(at.with(at.left, right.left), right.right)
                : at.with(at.left, right);
    }

    private static int weight(String key) {
        int mixed = key.hashCode() * 0x9E3779B1;
        return mixed ^ mixed >>> 15;
    }

    PersistentMap without(String key) {
        return get(key) == null ? this : new PersistentMap(without(root, key), size - 1);
    }

    private static @Nullable Node without(@Nullable Node at, String key) {
        if (at == null) {
            return null;
        }
        int order = key.compareTo(at.key);
        if (order == 0) {
            return joined(at.left, at.right);
        }
        return order < 0 ? at.with(without(at.left, key), at.right) : at.with(at.left, without(at.right, key));
    }

    /** One tree of two, where each key of the left one is smaller than each of the right one. */
    private static @Nullable Node joined(@Nullable Node left, @Nullable Node right) {
        if (left == null || right == null) {
            return left == null ? right : left;
        }
        return left.weight > right.weight
                ? left.with(left.left, joined(left.right, right))
                : right.with(joined(left, right.left), right.right);
    }
}
