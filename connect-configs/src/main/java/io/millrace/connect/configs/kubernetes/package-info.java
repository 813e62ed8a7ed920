/** What is declared, as manifests for Kubernetes: Strimzi's Connect resources and the Spark operator's applications. */
package io.millrace.connect.configs.kubernetes;
