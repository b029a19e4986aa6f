package load

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"

	"github.com/pion/dtls/v3"
	"github.com/pion/dtls/v3/pkg/crypto/prf"
	"github.com/pion/dtls/v3/pkg/protocol/extension"
	"github.com/pion/dtls/v3/pkg/protocol/handshake"
	"github.com/pion/srtp/v3"
)

var errNoKeys = errors.New("the handshake has not told the keys")

// keys listens to a DTLS handshake, in either role: the key log tells the secret, and the ServerHello, which is in the clear, the rest.
type keys struct {
	mu           sync.Mutex
	clientRandom []byte
	master       []byte
	serverRandom []byte
	suite        dtls.CipherSuiteID
	profile      srtp.ProtectionProfile
	isClient     bool
}

// Write takes the line "CLIENT_RANDOM random master" (NSS key log format).
func (k *keys) Write(line []byte) (int, error) {
	fields := bytes.Fields(line)
	if len(fields) != 3 || string(fields[0]) != "CLIENT_RANDOM" {
		return len(line), nil
	}
	random, err := hex.AppendDecode(nil, fields[1])
	if err != nil {
		return 0, err
	}
	master, err := hex.AppendDecode(nil, fields[2])
	if err != nil {
		return 0, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.clientRandom, k.master = random, master
	return len(line), nil
}

// Layout of a DTLS record and of a handshake message (RFC 6347 §4.1, §4.2.2), bytes.
const (
	recordHeader    = 13
	messageHeader   = 12
	recordHandshake = 22
	serverHello     = 2
)

// watch looks for the ServerHello in a datagram of the handshake; incoming makes us the client.
func (k *keys) watch(datagram []byte, incoming bool) {
	for len(datagram) >= recordHeader+messageHeader && datagram[0] == recordHandshake {
		n := recordHeader + int(binary.BigEndian.Uint16(datagram[11:]))
		if n > len(datagram) {
			return
		}
		record := datagram[recordHeader:n]
		encrypted := binary.BigEndian.Uint16(datagram[3:]) != 0
		if !encrypted && len(record) > messageHeader && record[0] == serverHello {
			k.hello(record[messageHeader:], incoming)
		}
		datagram = datagram[n:]
	}
}

func (k *keys) hello(message []byte, incoming bool) {
	var m handshake.MessageServerHello
	if m.Unmarshal(message) != nil || m.CipherSuiteID == nil {
		return
	}
	random := m.Random.MarshalFixed()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.isClient, k.serverRandom, k.suite = incoming, random[:], dtls.CipherSuiteID(*m.CipherSuiteID)
	for _, x := range m.Extensions {
		if use, ok := x.(*extension.UseSRTP); ok && len(use.ProtectionProfiles) == 1 {
			k.profile = srtp.ProtectionProfile(use.ProtectionProfiles[0])
		}
	}
}

// ciphers are those of what we receive and what we send.
func (k *keys) ciphers() (in, out *srtp.Context, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.master == nil || k.serverRandom == nil || k.profile == 0 {
		return nil, nil, errNoKeys
	}
	config := srtp.Config{Profile: k.profile}
	if err := config.ExtractSessionKeysFromDTLS(k, k.isClient); err != nil {
		return nil, nil, err
	}
	if in, err = srtp.CreateContext(config.Keys.RemoteMasterKey, config.Keys.RemoteMasterSalt, k.profile); err != nil {
		return nil, nil, err
	}
	out, err = srtp.CreateContext(config.Keys.LocalMasterKey, config.Keys.LocalMasterSalt, k.profile)
	return in, out, err
}

// ExportKeyingMaterial makes keys a srtp.KeyingMaterialExporter (RFC 5705 §4 without a context). The lock is held.
func (k *keys) ExportKeyingMaterial(label string, _ []byte, length int) ([]byte, error) {
	hash := sha256.New
	switch k.suite {
	case dtls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, dtls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384:
		hash = sha512.New384
	}
	seed := append(append([]byte(label), k.clientRandom...), k.serverRandom...)
	return prf.PHash(k.master, seed, length, hash)
}

func (k *keys) profileName() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch k.profile {
	case srtp.ProtectionProfileAeadAes128Gcm:
		return "AES-128-GCM"
	case srtp.ProtectionProfileAeadAes256Gcm:
		return "AES-256-GCM"
	case srtp.ProtectionProfileAes128CmHmacSha1_80:
		return "AES-128-CM with HMAC-SHA1"
	}
	return fmt.Sprintf("profile %d", k.profile)
}
