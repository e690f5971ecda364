package dev.structured.core;

import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedTypeVariable;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.Executable;
import java.lang.reflect.GenericDeclaration;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Types as they are written in source, with `@Nullable` where it stands: nullness is part of a signature.
final class TypeText {
    private TypeText() {}

    /// Returns the name with its outer types; the package only if it is neither `java.lang` nor ours.
    static String name(Class<?> type) {
        String name = type.getTypeName().replace('$', '.');
        String home = type.getPackageName();
        boolean known = home.equals("java.lang") || home.startsWith("dev.structured");
        return known && !type.isPrimitive() ? name.substring(home.length() + 1) : name;
    }

    static String list(AnnotatedType[] types) {
        return Arrays.stream(types).map(TypeText::of).collect(Collectors.joining(", "));
    }

    static String of(AnnotatedType type) {
        String mark = type.isAnnotationPresent(Nullable.class) ? "@Nullable " : "";
        return switch (type) {
            case AnnotatedArrayType array -> of(array.getAnnotatedGenericComponentType())
                    + (mark.isEmpty() ? "" : " " + mark) + "[]";
            case AnnotatedParameterizedType generic -> mark + rawName(generic.getType())
                    + "<" + list(generic.getAnnotatedActualTypeArguments()) + ">";
            case AnnotatedWildcardType wildcard -> mark + text(wildcard);
            case AnnotatedTypeVariable variable -> mark + variable.getType().getTypeName();
            default -> mark + rawName(type.getType());
        };
    }

    /// Returns the type parameters of a type or method with their bounds, or nothing if there are none.
    static String parameters(GenericDeclaration generic) {
        if (generic.getTypeParameters().length == 0) return "";
        return Arrays.stream(generic.getTypeParameters())
                .map(TypeText::parameter)
                .collect(Collectors.joining(", ", "<", ">"));
    }

    static String modifiers(Class<?> type) {
        int implied = type.isInterface() ? Modifier.ABSTRACT | Modifier.STATIC : 0;
        implied |= type.isRecord() || type.isEnum() ? Modifier.FINAL | Modifier.STATIC : 0;
        int shown = type.getModifiers() & Modifier.classModifiers() & ~implied;
        return modifiers(shown) + (type.isSealed() ? "sealed " : "");
    }

    static String modifiers(Executable executable) {
        boolean inInterface = executable.getDeclaringClass().isInterface();
        boolean hasBody = executable instanceof Method method && method.isDefault();
        int implied = Modifier.SYNCHRONIZED | Modifier.NATIVE | (inInterface ? Modifier.ABSTRACT : 0);
        int shown = executable.getModifiers() & (Modifier.methodModifiers() & ~implied);
        return modifiers(shown) + (hasBody ? "default " : "");
    }

    static String modifiers(int modifiers) {
        return modifiers == 0 ? "" : Modifier.toString(modifiers) + " ";
    }

    private static String parameter(TypeVariable<?> parameter) {
        String bounds = Arrays.stream(parameter.getAnnotatedBounds())
                .map(TypeText::of)
                .collect(Collectors.joining(" & "));
        return parameter.getName() + (bounds.equals("Object") ? "" : " extends " + bounds);
    }

    private static String text(AnnotatedWildcardType wildcard) {
        if (wildcard.getAnnotatedLowerBounds().length > 0) {
            return "? super " + list(wildcard.getAnnotatedLowerBounds());
        }
        String bounds = list(wildcard.getAnnotatedUpperBounds());
        return bounds.isEmpty() || bounds.equals("Object") ? "?" : "? extends " + bounds;
    }

    private static String rawName(Type type) {
        return switch (type) {
            case Class<?> plain -> name(plain);
            case ParameterizedType generic -> rawName(generic.getRawType());
            default -> type.getTypeName();
        };
    }
}
