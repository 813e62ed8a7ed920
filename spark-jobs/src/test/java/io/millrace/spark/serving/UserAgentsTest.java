package io.millrace.spark.serving;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class UserAgentsTest {
    private static final UserAgents AGENTS = new UserAgents();

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            textBlock =
                    """
            desktop # Chrome # Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/32.0.1700.77 Safari/537.36
            desktop # Firefox # Mozilla/5.0 (Windows NT 6.1; WOW64; rv:27.0) Gecko/20100101 Firefox/27.0
            desktop # Iceweasel # Mozilla/5.0 (X11; Linux x86_64; rv:24.0) Gecko/20140205 Firefox/24.0 Iceweasel/24.3.0
            phone # Mobile Safari # Mozilla/5.0 (iPhone; CPU iPhone OS 7_0 like Mac OS X) AppleWebKit/537.51.1 (KHTML, like Gecko) Version/7.0 Mobile/11A465 Safari/9537.53
            phone # Chrome Mobile # Mozilla/5.0 (Linux; Android 13; CUBOT X70) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Mobile Safari/537.36
            tablet # Mobile Safari # Mozilla/5.0 (iPad; CPU OS 7_0_4 like Mac OS X) AppleWebKit/537.51.1 (KHTML, like Gecko) Version/7.0 Mobile/11B554a Safari/9537.53
            tablet # Chrome # Mozilla/5.0 (Linux; Android 4.4.2; SM-T530) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/36.0.1985.131 Safari/537.36
            bot # Googlebot # Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)
            bot # Googlebot # Mozilla/5.0 (iPhone; CPU iPhone OS 6_0 like Mac OS X) AppleWebKit/536.26 (KHTML, like Gecko) Version/6.0 Mobile/10A5376e Safari/8536.25 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)
            """)
    void deviceAndBrowserAreTold(String device, String browser, String userAgent) {
        assertThat(AGENTS.of(userAgent).device()).isEqualTo(device);
        assertThat(AGENTS.of(userAgent).browser()).isEqualTo(browser);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"curl/7.88.1", "Tiny Tiny RSS/1.11 (http://tt-rss.org/)", "UniversalFeedParser/4.2", "Wget/1.13"
            })
    void programsAreBots(String userAgent) {
        assertThat(AGENTS.of(userAgent).device()).isEqualTo("bot");
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {"-", "???"})
    void whatSaysNothingIsOther(String userAgent) {
        assertThat(AGENTS.of(userAgent)).isEqualTo(new UserAgents.Agent("other", "other"));
    }
}
