"""Personal data opens only in the place it was written for."""

from uuid import UUID

import pytest
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from core import tokens
from core.crypto import CryptoFailed, Place, SoftwareProvider
from core.errors import NotFound, Unauthorized

ROW, OTHER = UUID(int=1), UUID(int=2)
PLACE = Place(7, "person", "name", ROW)
PROVIDER = SoftwareProvider({1: b"s" * 32})

# RFC 8998, appendix A.1.
KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
NONCE = bytes.fromhex("00001234567800000000ABCD")
BOUND = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
PLAIN = bytes.fromhex(
    "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD"
    "EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA"
)
CIPHER = bytes.fromhex(
    "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
    "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
)
TAG = bytes.fromhex("83DE3541E4C2B58177E065A9BF7B62EC")


def test_sm4_gcm_gives_the_published_answer() -> None:
    encryptor = Cipher(algorithms.SM4(KEY), modes.GCM(NONCE)).encryptor()
    encryptor.authenticate_additional_data(BOUND)

    assert encryptor.update(PLAIN) + encryptor.finalize() == CIPHER
    assert encryptor.tag == TAG


def test_sm3_gives_the_published_answer() -> None:
    digest = hashes.Hash(hashes.SM3())
    digest.update(b"abc")

    # GB/T 32905-2016, appendix A.1.
    assert digest.finalize().hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_a_lookup_is_an_hmac_of_sm3() -> None:
    keyed = hmac.HMAC(PROVIDER._key(1, 7, "lookup phone", 32), hashes.SM3())
    keyed.update(b"13800138000")

    assert PROVIDER.lookup(7, "phone", "13800138000") == keyed.finalize()


@given(st.text())
def test_what_was_encrypted_is_read_again_in_its_place(text: str) -> None:
    if any(0xD800 <= ord(character) < 0xE000 for character in text):
        return
    assert PROVIDER.decrypt(PROVIDER.encrypt(text, PLACE), PLACE) == text


@pytest.mark.parametrize(
    "elsewhere",
    [Place(8, "person", "name", ROW), Place(7, "member", "name", ROW), Place(7, "person", "phone", ROW),
     Place(7, "person", "name", OTHER)],
    ids=["tenant", "table", "column", "row"],
)  # fmt: skip
def test_nothing_opens_anywhere_else(elsewhere: Place) -> None:
    with pytest.raises(CryptoFailed):
        PROVIDER.decrypt(PROVIDER.encrypt("张三", PLACE), elsewhere)


def test_no_bit_of_a_ciphertext_may_change() -> None:
    data = PROVIDER.encrypt("张三", PLACE)
    for position in range(len(data)):
        changed = bytes((*data[:position], data[position] ^ 1, *data[position + 1 :]))
        with pytest.raises(CryptoFailed):
            PROVIDER.decrypt(changed, PLACE)


def test_the_same_text_never_looks_the_same() -> None:
    seen = {PROVIDER.encrypt("张三", PLACE) for _ in range(20_000)}

    assert len({data[2:14] for data in seen}) == 20_000


def test_equal_texts_of_two_tenants_have_different_hashes() -> None:
    assert PROVIDER.lookup(7, "phone", "1") != PROVIDER.lookup(8, "phone", "1")
    assert PROVIDER.lookup(7, "phone", "1") != PROVIDER.lookup(7, "name", "1")


def test_after_a_rotation_the_old_opens_and_the_new_writes() -> None:
    rotated = SoftwareProvider({1: b"s" * 32, 2: b"t" * 32})
    old, new = PROVIDER.encrypt("张三", PLACE), rotated.encrypt("李四", PLACE)

    assert (rotated.decrypt(old, PLACE), rotated.decrypt(new, PLACE)) == ("张三", "李四")
    assert rotated.lookup(7, "phone", "1") == PROVIDER.lookup(7, "phone", "1")
    with pytest.raises(CryptoFailed):
        PROVIDER.decrypt(new, PLACE)


@given(st.integers(min_value=1 - 2**31, max_value=2**31 - 1))
def test_a_token_names_its_tenant(tenant_id: int) -> None:
    assert tokens.tenant_of(tokens.invitation_token(b"secret", tenant_id, ROW)) == tenant_id
    assert tokens.parse_api_key(tokens.api_key(tenant_id, ROW, tokens.new_secret())).tenant_id == tenant_id


@pytest.mark.parametrize("text", ["", "1-short", "0000001-" + "a" * 22, "zzzzzzz-" + "a" * 22, "n0-" + "a" * 22,
                                  "1-" + "a" * 21 + "\0", "１-" + "a" * 22])  # fmt: skip
def test_what_is_no_token_is_not_found(text: str) -> None:
    with pytest.raises(NotFound):
        tokens.tenant_of(text)


def test_a_changed_api_key_is_not_let_in() -> None:
    with pytest.raises(Unauthorized):
        tokens.parse_api_key("hcp_1_abc_def")


@given(st.binary())
def test_a_sealed_file_opens_in_its_place_and_is_no_field(content: bytes) -> None:
    sealed = PROVIDER.seal(content, PLACE)

    assert PROVIDER.unseal(sealed, PLACE) == content
    with pytest.raises(CryptoFailed):
        PROVIDER.decrypt(sealed, PLACE)
    with pytest.raises(CryptoFailed):
        PROVIDER.unseal(sealed, Place(7, "person", "name", OTHER))
