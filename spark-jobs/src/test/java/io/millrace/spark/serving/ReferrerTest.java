package io.millrace.spark.serving;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferrerTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {
                "null, /, none",
                "'', /, none",
                "-, /, none",
                "https://shop.example.com/cart, /, internal",
                "https://SHOP/cart, /, internal",
                "/cart, /, internal",
                "https://www.google.co.uk/search?q=lamp, /, search",
                "http://www.google.com, /, search",
                "https://duckduckgo.com/, /, search",
                "https://mail.google.com/, /, other",
                "https://m.facebook.com/, /, social",
                "https://t.co/abc, /, social",
                "https://news.ycombinator.com/item?id=1, /, social",
                "android-app://com.google.android.gm, /, other",
                "https://blog.example.org:8080/post, /, other",
                "https://user:secret@www.bing.com/x, /, search",
                "nonsense, /, other",
                "https://www.google.com/, /?utm_source=news&utm_medium=mail, campaign",
                "null, /product/7?gclid=abc, campaign",
                "null, /search?q=utm_source, none",
                "https://notgoogle.example/, /, other"
            })
    void aVisitIsClassedByWhereItCameFrom(String referrer, String page, String expected) {
        assertThat(Referrer.classOf(referrer, page, "shop")).isEqualTo(expected);
    }
}
