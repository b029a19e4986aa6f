package rtc

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"

	"github.com/pion/dtls/v3"
	"github.com/pion/dtls/v3/pkg/crypto/prf"
	"github.com/pion/dtls/v3/pkg/protocol/extension"
	"github.com/pion/dtls/v3/pkg/protocol/handshake"
	"github.com/pion/srtp/v3"
	"github.com/pion/webrtc/v4"
	"github.com/tongtang/tongtang/sfu/gcm"
)

// Secret listens to the DTLS handshake of one connection in which we are the server, and learns the keys of its media, which pion keeps to
// itself. Two writers with one key break AES-GCM: who encrypts with Ciphers sends all RTP and RTCP of the connection, and pion none.
type Secret struct {
	mu           sync.Mutex
	clientRandom []byte
	master       []byte
	serverRandom []byte
	suite        dtls.CipherSuiteID
	profile      srtp.ProtectionProfile
}

// Listen hooks into the settings of the connection.
func (s *Secret) Listen(e *webrtc.SettingEngine) {
	e.SetDTLSKeyLogWriter(keyLog{s})
	e.SetDTLSServerHelloMessageHook(s.hello)
}

// keyLog takes the line "CLIENT_RANDOM random master" (NSS key log format). It stays in memory.
type keyLog struct{ secret *Secret }

func (k keyLog) Write(line []byte) (int, error) {
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
	k.secret.mu.Lock()
	defer k.secret.mu.Unlock()
	k.secret.clientRandom, k.secret.master = random, master
	return len(line), nil
}

func (s *Secret) hello(m handshake.MessageServerHello) handshake.Message {
	random := m.Random.MarshalFixed()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serverRandom = random[:]
	if m.CipherSuiteID != nil {
		s.suite = dtls.CipherSuiteID(*m.CipherSuiteID)
	}
	for _, x := range m.Extensions {
		if use, ok := x.(*extension.UseSRTP); ok && len(use.ProtectionProfiles) == 1 {
			s.profile = srtp.ProtectionProfile(use.ProtectionProfiles[0])
		}
	}
	return &m
}

// Ciphers encrypt what we send to a viewer and decrypt its reports. They are there once the connection stands, once, and not where pion is the
// DTLS client.
func (s *Secret) Ciphers() (out *gcm.Sealer, in *gcm.Opener, err error) {
	k, err := s.keys()
	if err != nil {
		return nil, nil, err
	}
	if out, err = gcm.NewSealer(k.Profile, k.Keys.LocalMasterKey, k.Keys.LocalMasterSalt); err != nil {
		return nil, nil, err
	}
	in, err = gcm.NewOpener(k.Profile, k.Keys.RemoteMasterKey, k.Keys.RemoteMasterSalt)
	return out, in, err
}

// Media decrypts what a publisher sends. It is there when Ciphers would be.
func (s *Secret) Media() (*gcm.MediaOpener, error) {
	k, err := s.keys()
	if err != nil {
		return nil, err
	}
	return gcm.NewMediaOpener(k.Profile, k.Keys.RemoteMasterKey, k.Keys.RemoteMasterSalt, replayWindow)
}

// keys forgets them.
func (s *Secret) keys() (*srtp.Config, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.master == nil || s.serverRandom == nil || s.profile == 0 {
		return nil, errors.New("the handshake has not told the keys")
	}
	config := &srtp.Config{Profile: s.profile}
	if err := config.ExtractSessionKeysFromDTLS(s, false); err != nil {
		return nil, fmt.Errorf("keys of the media: %w", err)
	}
	clear(s.master)
	s.master = nil
	return config, nil
}

// ExportKeyingMaterial makes Secret a srtp.KeyingMaterialExporter (RFC 5705 §4 without a context). The lock is held.
func (s *Secret) ExportKeyingMaterial(label string, _ []byte, length int) ([]byte, error) {
	hash := sha256.New
	switch s.suite {
	case dtls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, dtls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384:
		hash = sha512.New384
	}
	seed := append(append([]byte(label), s.clientRandom...), s.serverRandom...)
	return prf.PHash(s.master, seed, length, hash)
}
