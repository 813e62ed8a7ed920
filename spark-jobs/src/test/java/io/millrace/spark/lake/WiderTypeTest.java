package io.millrace.spark.lake;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;

class WiderTypeTest {
    @Test
    void theWiderNumberHoldsBothInEitherOrder() {
        assertThat(WiderType.of(DataTypes.IntegerType, DataTypes.LongType)).isEqualTo(DataTypes.LongType);
        assertThat(WiderType.of(DataTypes.LongType, DataTypes.IntegerType)).isEqualTo(DataTypes.LongType);
        assertThat(WiderType.of(DataTypes.DoubleType, DataTypes.FloatType)).isEqualTo(DataTypes.DoubleType);
    }

    @Test
    void aDecimalKeepsTheDigitsOfBothSidesOfThePoint() {
        assertThat(WiderType.of(DataTypes.createDecimalType(4, 2), DataTypes.createDecimalType(6, 4)))
                .isEqualTo(DataTypes.createDecimalType(6, 4));
        assertThat(WiderType.of(DataTypes.createDecimalType(10, 0), DataTypes.createDecimalType(6, 4)))
                .isEqualTo(DataTypes.createDecimalType(14, 4));
    }

    @Test
    void whatWouldLoseDigitsOrMeaningIsNoWidening() {
        assertThat(WiderType.isWidening(DataTypes.IntegerType, DataTypes.StringType))
                .isFalse();
        assertThat(WiderType.isWidening(DataTypes.LongType, DataTypes.IntegerType))
                .isFalse();
        assertThat(WiderType.isWidening(DataTypes.DateType, DataTypes.TimestampType))
                .isFalse();
        assertThat(WiderType.isWidening(DataTypes.createDecimalType(38, 0), DataTypes.createDecimalType(38, 30)))
                .isFalse();
    }
}
