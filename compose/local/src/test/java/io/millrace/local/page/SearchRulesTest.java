package io.millrace.local.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.junit.jupiter.api.Test;

class SearchRulesTest {
    @Test
    void aSmallAggregationIsAllowed() throws JsonProcessingException {
        assertRefusal("{'size':0,'aggs':{'a':{'terms':{'field':'country','size':10}}}}", null);
    }

    @Test
    void aScriptIsRefusedHoweverDeepItIs() throws JsonProcessingException {
        assertRefusal("{'size':0,'aggs':{'a':{'sum':{'script':{'source':'1'}}}}}", "script is not allowed");
    }

    @Test
    void manyHitsAreRefused() throws JsonProcessingException {
        assertRefusal("{'size':10000}", "size must be given, from 0 to 200");
        assertRefusal("{}", "size must be given, from 0 to 200");
    }

    @Test
    void manyBucketsAreRefused() throws JsonProcessingException {
        assertRefusal(
                "{'size':0,'aggs':{'a':{'terms':{'field':'page','size':100000}}}}",
                "an aggregation returns at most 500 buckets");
    }

    @Test
    void somethingElseThanAnObjectIsRefused() throws JsonProcessingException {
        assertRefusal("[]", "the search must be a JSON object");
    }

    private static void assertRefusal(String search, String refusal) throws JsonProcessingException {
        assertThat(SearchRules.refusal(Answers.JSON.readTree(search.replace('\'', '"')))
                        .orElse(null))
                .isEqualTo(refusal);
    }
}
