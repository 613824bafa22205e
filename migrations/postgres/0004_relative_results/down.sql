DROP TABLE sealed_matters; DROP TABLE relative_result_verdicts; DROP TABLE relative_results;
