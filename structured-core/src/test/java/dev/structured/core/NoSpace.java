package dev.structured.core;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.net.URL;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Lets the machine run out of space at a chosen allocation of the library. Its classes are loaded once more,
/// by a [loader] that has each of them ask [#take] before it allocates; so do calls of the JDK's collections
/// that may allocate.
///
/// An [ArrayDeque] that cannot grow looks empty, since it puts the element in first; it does so here too.
public final class NoSpace {
    private static final ClassDesc HERE = NoSpace.class.describeConstable().orElseThrow();
    private static final ClassDesc DEQUE = ArrayDeque.class.describeConstable().orElseThrow();
    private static final ClassDesc CHAINED_MAP = LinkedHashMap.class.describeConstable().orElseThrow();
    private static final ClassDesc MAP = IdentityHashMap.class.describeConstable().orElseThrow();
    /// What calls of the JDK's collections may allocate.
    private static final Set<String> GROWING = Set.of("add", "addLast", "addFirst", "push", "put", "offer",
            "addAll", "copyOf", "iterator", "toList", "forEach", "merge");
    private static final Set<String> LINKED = Set.of("metafactory", "altMetafactory",
            "makeConcatWithConstants");

    private static volatile @Nullable Thread failing;
    private static int left;
    private static volatile boolean failed;
    private static volatile List<StackTraceElement> place = List.of();

    private NoSpace() {}

    /// From now on the calling thread can allocate so many times more. One attempt fails.
    public static void after(int allocations) {
        left = allocations;
        failed = false;
        place = List.of();
        failing = Thread.currentThread();
    }

    /// From now on there is space.
    ///
    /// @return true if an attempt failed
    public static boolean end() {
        failing = null;
        return failed;
    }

    /// Lets the calling thread, if it is the one that fails, do something else first.
    ///
    /// @return true if it is
    public static boolean pause() {
        if (Thread.currentThread() != failing) return false;
        failing = null;
        return true;
    }

    /// Ends the [#pause].
    public static void goOn() {
        failing = Thread.currentThread();
    }

    /// Returns the place of the attempt that failed.
    public static String place() {
        return place.stream().skip(1).limit(8).map(StackTraceElement::toString)
                .collect(Collectors.joining(" < "));
    }

    /// Called before each allocation.
    public static void take() {
        if (Thread.currentThread() != failing || left-- > 0) return;
        failing = null;
        failed = true;
        OutOfMemoryError error = new OutOfMemoryError("no space, in a test");
        place = List.of(error.getStackTrace());
        throw error;
    }

    /// Called in place of [ArrayDeque#add].
    public static boolean add(ArrayDeque<Object> deque, Object element) {
        try {
            take();
        } catch (OutOfMemoryError e) {
            deque.clear();
            throw e;
        }
        return deque.add(element);
    }

    /// Called in place of [IdentityHashMap#put], which allocates only if it grows.
    public static @Nullable Object put(IdentityHashMap<Object, Object> map, Object key, Object value) {
        if (map.size() > 20 && !map.containsKey(key)) take();
        return map.put(key, value);
    }

    /// Returns a loader with classes of its own for the library and its tests.
    public static ClassLoader loader() {
        return new Loader(NoSpace.class.getClassLoader());
    }

    private static final class Loader extends ClassLoader {
        Loader(ClassLoader parent) {
            super(parent);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("dev.structured.core.") || name.startsWith(NoSpace.class.getName()))
                return super.loadClass(name, resolve);
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? define(name) : loaded;
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            URL found = getParent().getResource(name.replace('.', '/') + ".class");
            if (found == null) throw new ClassNotFoundException(name);
            byte[] bytes;
            try (InputStream in = found.openStream()) {
                bytes = in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            if (!found.getPath().contains("/test-classes/")) bytes = asking(bytes);
            return defineClass(name, bytes, 0, bytes.length);
        }
    }

    private static byte[] asking(byte[] bytes) {
        ClassFile files = ClassFile.of();
        return files.transformClass(files.parse(bytes),
                ClassTransform.transformingMethodBodies(NoSpace::ask));
    }

    private static void ask(CodeBuilder code, CodeElement element) {
        if (element instanceof InvokeInstruction call && isOf(DEQUE, "add", call)) {
            code.invokestatic(HERE, "add", MethodTypeDesc.of(CD_boolean, DEQUE, CD_Object));
        } else if (element instanceof InvokeInstruction call && isOf(MAP, "put", call)) {
            code.invokestatic(HERE, "put", MethodTypeDesc.of(CD_Object, MAP, CD_Object, CD_Object));
        } else {
            if (allocates(element)) code.invokestatic(HERE, "take", MTD_void);
            code.with(element);
        }
    }

    private static boolean isOf(ClassDesc owner, String method, InvokeInstruction call) {
        return call.owner().asSymbol().equals(owner) && call.name().equalsString(method);
    }

    private static boolean allocates(CodeElement element) {
        return switch (element) {
            case NewObjectInstruction _,NewPrimitiveArrayInstruction _ -> true;
            case NewReferenceArrayInstruction _,NewMultiArrayInstruction _ -> true;
            case InvokeDynamicInstruction linked -> allocates(linked);
            case InvokeInstruction call -> allocates(call);
            default -> false;
        };
    }

    /// A function that keeps nothing is made once, when it is linked.
    private static boolean allocates(InvokeDynamicInstruction linked) {
        return linked.typeSymbol().parameterCount() > 0
                && LINKED.contains(linked.bootstrapMethod().methodName());
    }

    /// A [LinkedHashMap] goes through its entries by their links.
    private static boolean allocates(InvokeInstruction call) {
        return !isOf(CHAINED_MAP, "forEach", call) && call.opcode() != Opcode.INVOKESPECIAL
                && GROWING.contains(call.name().stringValue())
                && call.owner().asSymbol().packageName().equals("java.util");
    }
}
