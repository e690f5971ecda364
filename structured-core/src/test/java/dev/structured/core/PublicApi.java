package dev.structured.core;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The public signatures of a module as text: what its users can see and would miss.
///
/// One block for each public or protected type of the exported packages, with its members sorted. Types of
/// the module and of `java.lang` go by their simple names. What the compiler adds (an enum's `valueOf`, a
/// record's accessors when they only return the component, bridges) is left out.
final class PublicApi {
    private final Path classes;

    private PublicApi(Path classes) {
        this.classes = classes;
    }

    /// Returns the text for the one module whose classes lie in the given folder.
    static String ofModule(Path classes) {
        Set<String> exported = ModuleFinder.of(classes)
                .findAll()
                .iterator()
                .next()
                .descriptor()
                .exports()
                .stream()
                .filter(export -> !export.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toCollection(TreeSet::new));
        return new PublicApi(classes).text(exported);
    }

    /// Returns the text for a module that exports one package, whose classes lie in the given folder.
    static String ofPackage(Path classes, String name) {
        return new PublicApi(classes).text(Set.of(name));
    }

    private String text(Set<String> packages) {
        return packages.stream()
                .map(name -> "package " + name + "\n\n"
                        + types(name).map(this::block).collect(Collectors.joining("\n")))
                .collect(Collectors.joining("\n"));
    }

    private Stream<Class<?>> types(String packageName) {
        try (Stream<Path> files = Files.list(classes.resolve(packageName.replace('.', '/')))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".class") && !file.endsWith("-info.class"))
                    .map(file -> packageName + "." + file.substring(0, file.length() - ".class".length()))
                    .<Class<?>>map(PublicApi::load)
                    .filter(PublicApi::isVisible)
                    .sorted(Comparator.comparing(Class::getName))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, PublicApi.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isVisible(Class<?> type) {
        boolean outer = type.getDeclaringClass() == null || isVisible(type.getDeclaringClass());
        return outer && !type.isAnonymousClass() && !type.isLocalClass() && isVisible(type.getModifiers());
    }

    private static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private String block(Class<?> type) {
        Stream<String> fields = Arrays.stream(type.getDeclaredFields())
                .filter(field -> isVisible(field.getModifiers()) && !field.isEnumConstant())
                .map(PublicApi::signature)
                .sorted();
        Stream<String> constructors = Arrays.stream(type.getDeclaredConstructors())
                .filter(constructor -> isVisible(constructor.getModifiers())
                        && !isCanonical(type, constructor))
                .map(PublicApi::signature)
                .sorted();
        Stream<String> methods = Arrays.stream(type.getDeclaredMethods())
                .filter(method -> isVisible(method.getModifiers()) && !isImplied(type, method))
                .sorted(Comparator.comparing(Method::getName).thenComparing(PublicApi::signature))
                .map(PublicApi::signature);
        return Stream.of(constants(type), fields, constructors, methods)
                .flatMap(members -> members)
                .map(member -> "    " + member + "\n")
                .collect(Collectors.joining("", header(type), ""));
    }

    private static String header(Class<?> type) {
        StringBuilder text = new StringBuilder(TypeText.modifiers(type)).append(kind(type)).append(' ');
        text.append(TypeText.name(type)).append(TypeText.parameters(type));
        if (type.isRecord()) {
            text.append(Arrays.stream(type.getRecordComponents())
                    .map(component -> TypeText.of(component.getAnnotatedType()) + " " + component.getName())
                    .collect(Collectors.joining(", ", "(", ")")));
        }
        if (!type.isInterface() && !type.isRecord() && !type.isEnum()
                && type.getSuperclass() != Object.class && isVisible(type.getSuperclass())) {
            text.append(" extends ").append(TypeText.of(type.getAnnotatedSuperclass()));
        }
        if (type.getInterfaces().length > 0) {
            text.append(type.isInterface() ? " extends " : " implements ")
                    .append(TypeText.list(type.getAnnotatedInterfaces()));
        }
        if (type.isSealed()) {
            text.append(Arrays.stream(type.getPermittedSubclasses())
                    .map(TypeText::name)
                    .collect(Collectors.joining(", ", " permits ", "")));
        }
        return text.append('\n').toString();
    }

    private static String kind(Class<?> type) {
        if (type.isAnnotation()) return "@interface";
        if (type.isInterface()) return "interface";
        if (type.isEnum()) return "enum";
        return type.isRecord() ? "record" : "class";
    }

    /// An enum's constants, in their order: it is part of what users see.
    private static Stream<String> constants(Class<?> type) {
        return Arrays.stream(type.getDeclaredFields()).filter(Field::isEnumConstant).map(Field::getName);
    }

    private static String signature(Field field) {
        return TypeText.modifiers(field.getModifiers()) + TypeText.of(field.getAnnotatedType()) + " "
                + field.getName();
    }

    private static String signature(Executable executable) {
        StringBuilder text = new StringBuilder(TypeText.modifiers(executable));
        String parameters = TypeText.parameters(executable);
        text.append(parameters).append(parameters.isEmpty() ? "" : " ");
        if (executable instanceof Method method) {
            text.append(TypeText.of(method.getAnnotatedReturnType())).append(' ').append(method.getName());
        } else {
            text.append(executable.getDeclaringClass().getSimpleName());
        }
        String arguments = TypeText.list(executable.getAnnotatedParameterTypes());
        text.append('(').append(executable.isVarArgs() ? arguments.replaceFirst("\\[]$", "...") : arguments)
                .append(')');
        if (executable.getExceptionTypes().length > 0) {
            text.append(" throws ").append(TypeText.list(executable.getAnnotatedExceptionTypes()));
        }
        return text.toString();
    }

    private static boolean isCanonical(Class<?> type, Constructor<?> constructor) {
        return type.isRecord() && Arrays.equals(constructor.getParameterTypes(),
                Arrays.stream(type.getRecordComponents()).map(RecordComponent::getType).toArray());
    }

    private static boolean isImplied(Class<?> type, Method method) {
        if (method.isSynthetic()) return true;
        if (type.isEnum()) return method.getName().equals("values") || method.getName().equals("valueOf");
        return type.isRecord() && (isAccessor(type, method) || isOfObject(method));
    }

    private static boolean isAccessor(Class<?> record, Method method) {
        return method.getParameterCount() == 0 && Arrays.stream(record.getRecordComponents())
                .anyMatch(component -> component.getName().equals(method.getName()));
    }

    private static boolean isOfObject(Method method) {
        return switch (method.getName()) {
            case "toString", "hashCode" -> method.getParameterCount() == 0;
            case "equals" -> Arrays.equals(method.getParameterTypes(), new Class<?>[]{Object.class});
            default -> false;
        };
    }
}
