/** Messages of an MQTT broker into Kafka, acknowledged when Kafka has them. */
package io.millrace.connect.mqtt;
