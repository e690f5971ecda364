package dev.structured.service.edge;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jwt.SignedJWT;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Set;

/// Verifies signatures of Ed25519 (RFC 8037) by the JDK. Nimbus would need one more library for it.
final class Ed25519Signature {
    private static final String NAME = "Ed25519";
    private static final int BYTES = 32;
    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519);

    private Ed25519Signature() {}

    /// Returns true if the token declares such a signature, and the key has made it.
    static boolean isBy(JWK key, SignedJWT token) {
        if (!ALGORITHMS.contains(token.getHeader().getAlgorithm())) return false;
        if (!(key instanceof OctetKeyPair pair) || !Curve.Ed25519.equals(pair.getCurve())) return false;
        byte[] point = pair.getDecodedX();
        if (point.length != BYTES) return false;
        try {
            Signature signature = Signature.getInstance(NAME);
            signature.initVerify(publicKey(point));
            signature.update(token.getSigningInput());
            return signature.verify(token.getSignature().decode());
        } catch (GeneralSecurityException e) {
            return false; // not a point of the curve, or of the wrong length
        }
    }

    /// @param encoded the point, its lowest byte first; the highest bit is that of x (RFC 8032, 5.1.2)
    private static PublicKey publicKey(byte[] encoded) throws GeneralSecurityException {
        byte[] y = new byte[BYTES];
        for (int i = 0; i < BYTES; i++) y[BYTES - 1 - i] = encoded[i];
        boolean odd = y[0] < 0;
        y[0] &= 0x7f;
        EdECPoint point = new EdECPoint(odd, new BigInteger(1, y));
        return KeyFactory.getInstance(NAME)
                .generatePublic(new EdECPublicKeySpec(NamedParameterSpec.ED25519, point));
    }
}
